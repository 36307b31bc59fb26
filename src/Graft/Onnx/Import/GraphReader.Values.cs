using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

// What nodes take, and what they make.
internal sealed partial class GraphReader
{
    private Value SymbolicValue(OnnxNode node, int input) => input < node.Proto.Input.Count && _values.TryGetValue(node.Proto.Input[input], out var value)
        ? value
        : throw new UnsupportedNodeException(Invariant($"with a constant as input {input + 1}"));

    private (ImportNode Node, AxisView View) Symbolic(OnnxNode node, int input)
    {
        var value = SymbolicValue(node, input);
        return (value.Node, value.View);
    }

    private ConstantValue Weights(OnnxNode node, int input) =>
        Optional(node, input) ?? throw new UnsupportedNodeException(Invariant($"without its input {input + 1}"));

    private ConstantValue? Optional(OnnxNode node, int input) => input >= node.Proto.Input.Count || node.Proto.Input[input].Length == 0 ? null
        : _constants.TryGetValue(node.Proto.Input[input], out var constant) ? constant
        : throw new UnsupportedNodeException(Invariant($"with an input {input + 1} that depends on the image"));

    // An input as [N, C, H, W].
    private ImportNode Map(OnnxNode node, int input)
    {
        var value = SymbolicValue(node, input);
        return Materialised(value, node.Proto.Input[input])
            ?? throw new UnsupportedNodeException(
                $"on [N, {string.Join(", ", value.View.Sizes.Select(v => Invariant($"{v}")))}], which is no feature map [N, C, H, W]"
            );
    }

    private ImportNode? Materialised(Value value, string? name = null)
    {
        var (node, view) = (value.Node, value.View);
        if (view.IsChannelsFirst)
        {
            return node;
        }

        // Channels in another order: what ShuffleNet's reshape, transpose and reshape come to.
        if (
            view.Rank != 4
            || view[1] is not [{ Axis: 'C', Stride: 1 } inner, { Axis: 'C' } outer]
            || outer.Stride != inner.Size
            || inner.Size * outer.Size != node.Shape.Channels
            || !AxisView.ChannelsFirst(node.Shape).WithoutChannels().Matches(view.WithoutChannels())
        )
        {
            return null;
        }

        if (!_shuffled.TryGetValue((node, outer.Size), out var shuffled))
        {
            shuffled = new(new ShuffleLayer(outer.Size), [node], node.Shape, $"{node.Name}.shuffled") { Operator = "Transpose", Node = node.Node };
            _shuffled[(node, outer.Size)] = shuffled;
        }

        shuffled.FileValue ??= name;
        return shuffled;
    }

    private static ImportNode Make(OnnxNode node, GraphLayer layer, IEnumerable<ImportNode> inputs, string suffix = "")
    {
        var taken = inputs.ToList();
        using var factory = LayerFactory.ShapesOnly();
        using var module = layer.Create(factory);
        FeatureShape shape;
        try
        {
            shape = layer.Apply(new CostLayers(), module, [.. taken.Select(i => i.Shape)], keep: true);
        }
        catch (OverflowException)
        {
            throw new UnsupportedNodeException($"on {taken[0].Shape}, which makes too much of it");
        }
        catch (ArgumentException e)
        {
            throw new UnsupportedNodeException($"on {taken[0].Shape}: {e.Message.TrimEnd('.')}");
        }

        return shape.Channels <= 0 || shape.Height <= 0 || shape.Width <= 0
                ? throw new UnsupportedNodeException($"on {taken[0].Shape}, which leaves nothing of it")
            : (double)shape.Channels * shape.Height * shape.Width > MaxNumbers
                ? throw new UnsupportedNodeException($"on {taken[0].Shape}, which makes {shape} of it")
            : new(layer, taken, shape, node.Output + suffix) { Node = node.Label, Operator = node.Operator };
    }

    private static ImportNode Pattern(OnnxNode node, string kind, IEnumerable<ImportNode> inputs, FeatureShape? shape = null)
    {
        var taken = inputs.ToList();
        return new(new PatternLayer(kind), taken, shape ?? taken[0].Shape, node.Output) { Node = node.Label, Operator = node.Operator };
    }

    private void SetMap(string name, ImportNode node, bool flat = false) =>
        SetValue(name, new(node, flat ? AxisView.Flat(node.Shape.Channels) : AxisView.ChannelsFirst(node.Shape)));

    private static ImportWeight Plain(string tensor, ConstantValue value) => new(tensor, value, t => t, t => t);

    private static ImportWeight Reshaped(string tensor, ConstantValue value) => new(tensor, value, t => t.reshape(-1), t => t.reshape([.. value.Dims]));

    private static ConstantValue OfChannels(ConstantValue value, int channels) => value.Dims.Count == 1 && value.Count == channels
        ? value
        : throw new UnsupportedNodeException(Invariant($"with [{string.Join(", ", value.Dims.Select(v => Invariant($"{v}")))}] for {channels} channels"));

    // Whether a constant has a value for each channel (true) or one for all (false); null where it is neither.
    private static bool? ChannelsOf(ConstantValue constant, ImportNode x, AxisView view, int? axis = null)
    {
        if (constant.Count == 1)
        {
            return false;
        }

        int offset = axis ?? view.Rank - constant.Dims.Count;
        int[] large = [.. Enumerable.Range(0, constant.Dims.Count).Where(i => constant.Dims[i] > 1)];
        return offset >= 0 && large is [var only] && constant.Count == x.Shape.Channels && view.AxisOf(only + offset) == 'C' ? true : null;
    }
}
