using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>
/// Makes one layer of what exporters take apart: activations of several nodes, normalisation over channels, a bias that is added, and joins of all earlier
/// maps.
/// </summary>
internal sealed class GraphPatterns
{
    private Dictionary<ImportNode, List<ImportNode>> _uses = [];

    /// <summary>Rewrites a graph in place. What is left of patterns is no layer: see <see cref="LeftOver"/>.</summary>
    public static void Apply(ImportGraph graph)
    {
        var patterns = new GraphPatterns();
        bool changed = true;
        while (changed)
        {
            var nodes = graph.Nodes();
            patterns._uses = ImportGraph.Uses(nodes);
            changed = false;
            foreach (var node in nodes)
            {
                if (patterns.Rewrite(node) is { } replacement)
                {
                    replacement.Name = node.Name;
                    replacement.FileValue = node.FileValue;
                    (replacement.Node, replacement.Operator) = (node.Node, node.Operator);
                    graph.Replace(node, replacement, patterns._uses[node]);
                    changed = true;
                    break;
                }
            }
        }

        ShareJoins(graph);
    }

    /// <summary>The steps of patterns that no layer was made of.</summary>
    public static IReadOnlyList<ImportNode> LeftOver(ImportGraph graph) => [.. graph.Nodes().Where(n => n.Layer is PatternLayer)];

    private ImportNode? Rewrite(ImportNode node) => node.Layer switch
    {
        MultiplyLayer => Product(node),
        RescaleLayer rescale => Rescaled(node, rescale),
        ScaleLayer { Scales: false } => Biased(node) ?? ShiftedNorm(node),
        _ => null,
    };

    // x · f(x): swish and its hard form.
    private static ImportNode? Product(ImportNode node)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        return Of(a, b) ?? Of(b, a);

        static ImportNode? Of(ImportNode x, ImportNode y) =>
            y.Layer switch
            {
                ActivationLayer { Activation.Kind: ActivationKind.Sigmoid } when y.Inputs[0] == x => Activation(x, ActivationKind.Silu),
                ActivationLayer { Activation: { Kind: ActivationKind.HardSigmoid } f } when y.Inputs[0] == x && IsSixth(f.Alpha) && f.Beta == 0.5f =>
                    Activation(x, ActivationKind.HardSwish),
                RescaleLayer when ErfPlusOne(y) is { } inner && x.Layer is RescaleLayer half && IsScale(half, 0.5f) && x.Inputs[0] == inner => Activation(
                    inner,
                    ActivationKind.Gelu
                ),
                _ => null,
            };
    }

    private static ImportNode? Rescaled(ImportNode node, RescaleLayer rescale)
    {
        var x = node.Inputs[0];
        if (rescale is { Scale: [var sixth], Shift: [0] } && IsSixth(sixth))
        {
            return x.Layer switch
            {
                ActivationLayer { Activation.Kind: ActivationKind.Relu6 } when PlusThree(x.Inputs[0]) is { } inner =>
                    new(new ActivationLayer(new(ActivationKind.HardSigmoid, 1 / 6f, 0.5f)), [inner], inner.Shape, ""),
                MultiplyLayer when HardGate(x.Inputs[0]) == x.Inputs[1] => Activation(x.Inputs[1], ActivationKind.HardSwish),
                MultiplyLayer when HardGate(x.Inputs[1]) == x.Inputs[0] => Activation(x.Inputs[0], ActivationKind.HardSwish),
                _ => null,
            };
        }

        return IsScale(rescale, 0.5f) && x.Layer is MultiplyLayer
            ? ErfPlusOne(x.Inputs[1]) == x.Inputs[0] ? Activation(x.Inputs[0], ActivationKind.Gelu)
                : ErfPlusOne(x.Inputs[0]) == x.Inputs[1] ? Activation(x.Inputs[1], ActivationKind.Gelu)
                : null
            : null;
    }

    // A bias that is added behind a convolution or a matrix is its own.
    private ImportNode? Biased(ImportNode node)
    {
        var x = node.Inputs[0];
        if (_uses[x].Count > 1)
        {
            return null;
        }

        GraphLayer? layer = x.Layer switch
        {
            ConvolutionLayer { Bias: false } convolution => convolution with { Bias = true },
            LinearLayer { Bias: false } linear => linear with { Bias = true },
            _ => null,
        };
        if (layer is null)
        {
            return null;
        }

        var biased = new ImportNode(layer, x.Inputs, x.Shape, node.Name);
        biased.Weights.AddRange(x.Weights);
        biased.Weights.AddRange(node.Weights);
        return biased;
    }

    // (x − m) / √(mean (x − m)² + ε) · weight + bias, m the mean over channels.
    private static ImportNode? ShiftedNorm(ImportNode shifted)
    {
        var scaled = shifted.Inputs[0];
        if (
            scaled.Layer is not ScaleLayer { Shifts: false }
            || scaled.Inputs[0] is not { Layer: PatternLayer { Operator: "DivideOfPixel" } } divided
            || divided.Inputs[0] is not { Layer: PatternLayer { Operator: "SubtractOfPixel" } } centred
            || divided.Inputs[1] is not { Layer: PatternLayer { Operator: "Sqrt" } } root
            || root.Inputs[0] is not { Layer: RescaleLayer { Scale: [1], Shift: [var epsilon] } } sum
            || sum.Inputs[0] is not { Layer: PatternLayer { Operator: "MeanOverChannels" } } variance
            || variance.Inputs[0] is not { Layer: PatternLayer { Operator: "Square" } } square
            || square.Inputs[0] != centred
            || centred.Inputs[1] is not { Layer: PatternLayer { Operator: "MeanOverChannels" } } mean
            || mean.Inputs[0] != centred.Inputs[0]
        )
        {
            return null;
        }

        var x = centred.Inputs[0];
        var norm = new ImportNode(new LayerNormLayer(x.Shape.Channels, epsilon), [x], x.Shape, shifted.Name);
        norm.Weights.AddRange([.. scaled.Weights, .. shifted.Weights]);
        return norm;
    }

    private static ImportNode? ErfPlusOne(ImportNode node) =>
        node is { Layer: RescaleLayer { Scale: [1], Shift: [1] } } && node.Inputs[0] is { Layer: PatternLayer { Operator: "Erf" } } erf
            && erf.Inputs[0] is { Layer: RescaleLayer { Scale: [var scale], Shift: [0] } } scaled && Math.Abs(scale * MathF.Sqrt(2) - 1) < 1e-3
            ? scaled.Inputs[0]
            : null;

    private static ImportNode? HardGate(ImportNode node) =>
        node is { Layer: ActivationLayer { Activation.Kind: ActivationKind.Relu6 } } ? PlusThree(node.Inputs[0]) : null;

    private static ImportNode? PlusThree(ImportNode node) => node is { Layer: RescaleLayer { Scale: [1], Shift: [3] } } ? node.Inputs[0] : null;

    private static bool IsSixth(float value) => Math.Abs(value * 6 - 1) < 1e-3;

    private static bool IsScale(RescaleLayer layer, float scale) => layer is { Scale: [var s], Shift: [0] } && s == scale;

    private static ImportNode Activation(ImportNode x, ActivationKind kind) => new(new ActivationLayer(new(kind)), [x], x.Shape, "");

    // DenseNet: concat(a, b, c) is concat(concat(a, b), c) where the shorter one is there, too.
    private static void ShareJoins(ImportGraph graph)
    {
        var joins = new List<(ImportNode Node, ImportNode[] Parts)>();
        foreach (var node in graph.Nodes().Where(n => n.Layer is ConcatLayer))
        {
            ImportNode[] parts = [.. node.Inputs];
            var prefixes = joins.Where(j => j.Parts.Length < parts.Length && parts.AsSpan().StartsWith(j.Parts)).ToList();
            if (prefixes.Count > 0)
            {
                var longest = prefixes.MaxBy(j => j.Parts.Length);
                node.Inputs.Clear();
                node.Inputs.AddRange([longest.Node, .. parts.Skip(longest.Parts.Length)]);
            }

            joins.Add((node, parts));
        }
    }
}
