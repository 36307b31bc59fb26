using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>A run of nodes of one input and one output that may be swapped.</summary>
/// <param name="From">What it takes.</param>
/// <param name="To">What it gives.</param>
/// <param name="Nodes">Its nodes, in order; the last one is <paramref name="To"/>.</param>
/// <param name="Stride">The stride from input to output.</param>
/// <param name="Ending">What it ends with.</param>
/// <param name="Next">What the network goes on with: <paramref name="To"/>, or where it grows, the join of input and output.</param>
internal sealed record ImportPosition(ImportNode From, ImportNode To, IReadOnlyList<ImportNode> Nodes, int Stride, Activation Ending, ImportNode Next)
{
    public bool Grows => Next != To;
}

/// <summary>
/// Finds positions by the flow of data alone. All paths from the image to the logits pass through certain nodes; between two of them lies a single layer or a
/// block, from fork to join. A position begins at each segment that holds a convolution over several pixels. It takes along what belongs to it: 1x1
/// convolutions, norms and activations before it; norms, activations, a gate and a shuffle behind it; and the 1x1 convolution that ends a separable
/// convolution, an inverted residual or a bottleneck.
/// </summary>
internal sealed class PositionFinder
{
    private const int MostStride = 4;

    private readonly ImportGraph _graph;
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<ImportNode, List<ImportNode>> _uses;
    private readonly bool _preActivation, _layers;

    private PositionFinder(ImportGraph graph, PositionGranularity granularity)
    {
        _layers = granularity == PositionGranularity.Layer;
        _graph = graph;
        var nodes = graph.Nodes();
        _uses = ImportGraph.Uses(nodes);
        _preActivation = BatchNormRestoring.IsPreActivation(nodes, _uses);
        var number = nodes.Index().ToDictionary(n => n.Item, n => n.Index);
        int furthest = 0; // the last node that something before takes part in
        var cut = nodes[0];
        var inside = new List<ImportNode>();
        int[] reach = new int[nodes.Count];
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs)
            {
                reach[number[input]] = Math.Max(reach[number[input]], number[node]);
            }
        }

        foreach (var node in nodes.Skip(1))
        {
            inside.Add(node);
            furthest = Math.Max(furthest, reach[number[node] - 1]);
            if (furthest <= number[node])
            {
                _segments.Add(new(cut, node, inside));
                (cut, inside) = (node, []);
            }
        }
    }

    /// <summary>The positions in order, and why other parts with convolutions are none.</summary>
    public static (IReadOnlyList<ImportPosition> Positions, IReadOnlyList<FixedPart> Fixed) Find(ImportGraph graph, PositionGranularity granularity) =>
        new PositionFinder(graph, granularity).Find();

    private (IReadOnlyList<ImportPosition> Positions, IReadOnlyList<FixedPart> Fixed) Find()
    {
        var positions = new List<ImportPosition>();
        var fixedParts = new List<FixedPart>();
        int claimed = 0; // segments before this one belong to something
        for (int i = 0; i < _segments.Count; i++)
        {
            if (_segments[i].SpatialConvolutions == 0)
            {
                continue;
            }

            if (_segments[i].Grown is { } branch)
            {
                positions.Add(new(_segments[i].From, branch, [.. _segments[i].Nodes.Take(_segments[i].Nodes.Count - 1)], 1, Activation.None, _segments[i].To));
                claimed = i + 1;
                continue;
            }

            bool stem = IsStillPixels(_segments[i].From);
            int first = i, last = LastOf(i, stem);
            while (!stem && first > claimed && _segments[first - 1].MayPrecede && !(_layers && _segments[first - 1].IsPointwise))
            {
                first--;
            }

            first += _segments[first].IsRestored ? 1 : 0; // it belongs to its convolution, which is no part of this
            claimed = last + 1;
            if (stem)
            {
                continue;
            }

            if (Position(first, last) is { } position)
            {
                positions.Add(position);
            }
            else if (!BatchNormRestoring.MakesLogits(_segments[last].To, _uses, _graph.Logits))
            {
                fixedParts.Add(_segments[i].Fixed($"turns {_segments[first].From.Shape} into {_segments[last].To.Shape}"));
            }
        }

        return (positions, fixedParts);
    }

    private int LastOf(int start, bool stem)
    {
        int last = start;
        bool narrow = _segments[start].IsDepthwise,
            separated = false;
        bool bottleneck =
            start > 0
            && Enumerable.Range(0, start).Reverse().Select(k => _segments[k]).SkipWhile(s => s.IsNorm || s.IsActivation).FirstOrDefault()?.IsPointwise == true;
        while (last + 1 < _segments.Count - 1)
        {
            var next = _segments[last + 1];
            bool behindJoin = _segments[last].IsJoin;
            if ((next.IsNorm && !next.IsRestored && (behindJoin || (stem && _preActivation))) || (next.IsActivation && stem && _preActivation && last == start))
            {
                break; // what follows begins with it
            }

            if (_layers && (next.IsGate || next.IsPointwise || next.IsShuffle))
            {
                break;
            }

            if (next.IsGate)
            {
                narrow = true;
            }
            else if (next.IsPointwise && !separated && !stem && (narrow || (bottleneck && IsLinear(last + 1))))
            {
                separated = true;
            }
            else if (!next.IsNorm && !next.IsActivation && !next.IsShuffle)
            {
                break;
            }

            last++;
        }

        return last;
    }

    private bool IsLinear(int pointwise)
    {
        var behind = _segments.Skip(pointwise + 1).SkipWhile(s => s.IsNorm).FirstOrDefault();
        return behind is { IsActivation: false };
    }

    private ImportPosition? Position(int first, int last)
    {
        // An activation that candidates do not know stays behind the position.
        while (last > first && _segments[last].IsActivation && _segments[last].To.Layer is not ActivationLayer { Activation.IsRectifier: true })
        {
            last--;
        }

        var (from, to) = (_segments[first].From, _segments[last].To);
        int stride = Enumerable
            .Range(1, MostStride)
            .FirstOrDefault(s => Divides(from.Shape.Height, to.Shape.Height, s) && Divides(from.Shape.Width, to.Shape.Width, s));
        return stride > 0 && !BatchNormRestoring.MakesLogits(to, _uses, _graph.Logits) && from.FileValue is not null && to.FileValue is not null
            ? new(from, to, [.. _segments.Skip(first).Take(last - first + 1).SelectMany(s => s.Nodes)], stride, EndingOf(to), to)
            : null;

        static bool Divides(int before, int after, int stride) => (before + stride - 1) / stride == after;
    }

    private static Activation EndingOf(ImportNode node) => node.Layer switch
    {
        ActivationLayer { Activation: { IsRectifier: true } activation } => activation,
        ConcatLayer when node.Inputs.All(i => EndingOf(i).Kind == ActivationKind.Relu) => Activation.Relu,
        ShuffleLayer => EndingOf(node.Inputs[0]),
        _ => Activation.None,
    };

    /// <summary>Whether a map is the image, or what scaling, padding, taking channels or joining has made of it.</summary>
    public static bool IsStillPixels(ImportNode node) =>
        node.Layer is null || (node.Layer is RescaleLayer or PadLayer or TakeLayer or ConcatLayer && node.Inputs.All(IsStillPixels));

    /// <summary>A layer, or a block from fork to join, that all of the network passes through.</summary>
    private sealed class Segment(ImportNode from, ImportNode to, IReadOnlyList<ImportNode> nodes)
    {
        public ImportNode From => from;

        public ImportNode To => to;

        public IReadOnlyList<ImportNode> Nodes => nodes;

        public int SpatialConvolutions { get; } = nodes.Count(IsSpatial);

        public bool IsNorm => IsSingle && BatchNormRestoring.IsNorm(to);

        public bool IsRestored => IsSingle && to.IsRestored;

        public bool IsActivation => IsSingle && to.Layer is ActivationLayer or PReluLayer;

        public bool IsShuffle => IsSingle && to.Layer is ShuffleLayer;

        public bool IsPointwise => IsSingle && to.Layer is ConvolutionLayer && !IsSpatial(to);

        public bool IsDepthwise => IsSingle && to.Layer is ConvolutionLayer { Groups: > 1 } c && c.Groups == c.Outputs;

        public bool IsGate => !IsSingle && SpatialConvolutions == 0 && to.Layer is MultiplyLayer;

        public bool IsJoin => to.Layer is AddLayer or ConcatLayer;

        public bool MayPrecede => IsNorm || IsActivation || IsPointwise || (IsSingle && to.Layer is PadLayer);

        /// <summary>Where the block joins its input with what one branch makes of it, that branch's end.</summary>
        public ImportNode? Grown =>
            to.Layer is ConcatLayer
            && to.Inputs is [var x, var y]
            && x == from
            && y != from
            && nodes.All(n => n == to || !n.Inputs.Contains(to))
            && y.Shape.Height == from.Shape.Height
            && y.Shape.Width == from.Shape.Width
            && nodes.Count(n => n.Inputs.Contains(y)) == 1
            && nodes[^2] == y
                ? y
                : null;

        /// <summary>The first convolution over several pixels, as one that is no position.</summary>
        /// <param name="shapes">What becomes of the shape there.</param>
        public FixedPart Fixed(string shapes)
        {
            var node = nodes.First(IsSpatial);
            var kernel = ((ConvolutionLayer)node.Layer!).Kernel;
            return new(node.Node, Invariant($"{kernel.Height}x{kernel.Width}"), shapes);
        }

        private bool IsSingle => nodes.Count == 1;

        private static bool IsSpatial(ImportNode node) =>
            node.Layer is ConvolutionLayer { Kernel: { Height: > 1 } or { Width: > 1 } } && node.Inputs[0].Shape is { Height: > 1 } or { Width: > 1 };
    }
}
