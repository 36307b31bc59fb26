using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>
/// Puts batch normalisation back behind convolutions that have none, as exporters fold it (torch.onnx by default, tf2onnx always) and deep networks hardly
/// train without it. It does nothing in inference: scale √(variance + ε) and shift mean undo it.
/// </summary>
internal static class BatchNormRestoring
{
    private const double Epsilon = 1e-5;

    /// <summary>Whether a layer normalises.</summary>
    public static bool IsNorm(ImportNode node) => node.Layer is BatchNormLayer or LayerNormLayer or ScaleLayer;

    /// <summary>Changes a graph in place.</summary>
    public static void Apply(ImportGraph graph)
    {
        var nodes = graph.Nodes();
        if (nodes.Any(n => n.Layer is LayerNormLayer))
        {
            return; // never had batch normalisation
        }

        var uses = ImportGraph.Uses(nodes);
        bool preActivation = IsPreActivation(nodes, uses);
        foreach (var node in nodes.Where(n => n.Layer is ConvolutionLayer && n != graph.Logits))
        {
            var users = uses[node];
            bool normalised = users.Any(IsNorm);
            bool onPixels = node.Inputs[0].Shape is { Height: > 1 } or { Width: > 1 };
            // In pre-activation networks what goes straight into a join never had one.
            bool activated = users.All(u => u.Layer is ActivationLayer or PReluLayer);
            bool last = MakesLogits(node, uses, graph.Logits);
            if (!normalised && onPixels && !last && (activated || !preActivation))
            {
                Insert(graph, node, users);
            }
        }
    }

    /// <summary>Whether normalisations stand behind joins (WRN, DenseNet), not before them.</summary>
    public static bool IsPreActivation(IEnumerable<ImportNode> nodes, Dictionary<ImportNode, List<ImportNode>> uses) =>
        nodes.Any(n => n.Layer is AddLayer or ConcatLayer && uses[n].Any(IsNorm));

    /// <summary>Whether a convolution gives the scores of each pixel, as the last one of SqueezeNet does.</summary>
    public static bool MakesLogits(ImportNode node, Dictionary<ImportNode, List<ImportNode>> uses, ImportNode logits)
    {
        for (var next = node; ; next = uses[next][0])
        {
            if (next == logits)
            {
                return next.Layer is FlattenLayer;
            }

            if (uses[next].Count != 1 || (next != node && next.Layer is not (ActivationLayer or GlobalAveragePoolLayer or PoolLayer or FlattenLayer)))
            {
                return false;
            }
        }
    }

    private static void Insert(ImportGraph graph, ImportNode convolution, IReadOnlyList<ImportNode> users)
    {
        int channels = convolution.Shape.Channels;
        var norm = new ImportNode(new BatchNormLayer(channels, Epsilon), [convolution], convolution.Shape, $"{convolution.Name}.bn")
        {
            FileValue = convolution.FileValue,
            Node = convolution.Node,
            Operator = convolution.Operator,
        };
        convolution.FileValue = null;
        Add("weight", MathF.Sqrt((float)(1 + Epsilon)));
        Add("bias", 0);
        Add("running_mean", 0);
        Add("running_var", 1);
        graph.Replace(convolution, norm, users);

        void Add(string name, float value) => norm.Weights.Add(new(name, null, t => t, t => t)
        {
            Name = $"{norm.Name}.{name}",
            Fresh = [.. Enumerable.Repeat(value, channels)],
        });
    }
}
