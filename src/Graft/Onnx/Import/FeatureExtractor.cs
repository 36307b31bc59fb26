using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>Tells networks that give features from classifiers, by what their graphs end in.</summary>
internal static class FeatureExtractor
{
    /// <summary>What is to be said of a network whose output is features as they are, for the middle of a sentence; null for a classifier.</summary>
    /// <param name="graph">The network.</param>
    public static string? RemarkOn(ImportGraph graph)
    {
        var (maker, passed) = (graph.Logits, new List<ImportNode>());
        while (maker.Inputs is [var only] && maker.Layer is not (ConvolutionLayer or LinearLayer))
        {
            passed.Add(maker);
            maker = only;
        }

        int values = graph.Logits.Shape.Channels;
        return values == 1 || graph.Ending.Count > 0 || MakesScores(maker, passed)
            ? null
            : Invariant($"its output of {values} values comes straight from {Origin(maker, passed)}: it looks like a feature extractor, not a classifier");
    }

    // A convolution whose maps are averaged makes scores (SqueezeNet), but not one of several pixels with an activation behind it, or one that is normalised.
    private static bool MakesScores(ImportNode maker, List<ImportNode> passed) => maker.Layer switch
    {
        LinearLayer => true,
        ConvolutionLayer { Groups: 1 } when passed.Exists(IsFlattened) => false,
        ConvolutionLayer { Groups: 1 } when passed.Exists(IsPooling) => !passed.Exists(IsNorm) && (IsPointwise(maker) || !passed.Exists(IsActivation)),
        ConvolutionLayer { Groups: 1 } => true,
        _ => false,
    };

    private static string Origin(ImportNode maker, List<ImportNode> passed) =>
        passed.Exists(IsPooling) ? "the pooling"
        : passed.Exists(IsFlattened) ? "flattened feature maps"
        : maker.Layer is ConvolutionLayer ? "a depthwise convolution"
        : "feature maps";

    private static bool IsPointwise(ImportNode node) => node.Layer is ConvolutionLayer { Kernel: { Height: 1, Width: 1 } };

    private static bool IsPooling(ImportNode node) => node.Layer is PoolLayer or GlobalAveragePoolLayer;

    private static bool IsFlattened(ImportNode node) => node.Layer is FlattenLayer && node.Inputs[0].Shape is { Height: > 1 } or { Width: > 1 };

    private static bool IsNorm(ImportNode node) => node.Layer is BatchNormLayer && !node.IsRestored;

    private static bool IsActivation(ImportNode node) =>
        node.Layer is ActivationLayer or PReluLayer || (node.Layer is BatchNormLayer { Activation: var activation } && activation != Activation.None);
}
