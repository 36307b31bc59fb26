using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

// The operators on single elements, and those that join, take apart or move dimensions.
internal sealed partial class GraphReader
{
    private static readonly Dictionary<string, Action<GraphReader, OnnxNode>> Readers = new()
    {
        ["Conv"] = (r, n) => r.Convolution(n),
        ["BatchNormalization"] = (r, n) => r.BatchNorm(n),
        ["Gemm"] = (r, n) => r.Gemm(n),
        ["MatMul"] = (r, n) => r.MatMul(n),
        ["MaxPool"] = (r, n) => r.Pool(n),
        ["AveragePool"] = (r, n) => r.Pool(n),
        ["GlobalAveragePool"] = (r, n) => r.GlobalPool(n),
        ["GlobalMaxPool"] = (r, n) => r.GlobalPool(n),
        ["ReduceMean"] = (r, n) => r.Reduce(n),
        ["ReduceMax"] = (r, n) => r.Reduce(n),
        ["LRN"] = (r, n) => r.ResponseNorm(n),
        ["LayerNormalization"] = (r, n) => r.LayerNorm(n),
        ["PRelu"] = (r, n) => r.PRelu(n),
        ["Relu"] = (r, n) => r.Activate(n, Activation.Relu),
        ["Sigmoid"] = (r, n) => r.Activate(n, new(ActivationKind.Sigmoid)),
        ["Tanh"] = (r, n) => r.Activate(n, new(ActivationKind.Tanh)),
        ["HardSwish"] = (r, n) => r.Activate(n, new(ActivationKind.HardSwish)),
        ["HardSigmoid"] = (r, n) => r.Activate(n, new(ActivationKind.HardSigmoid, n.Number("alpha", 0.2f), n.Number("beta", 0.5f))),
        ["LeakyRelu"] = (r, n) => r.Activate(n, new(ActivationKind.LeakyRelu, n.Number("alpha", 0.01f))),
        ["Elu"] = (r, n) => r.Activate(n, new(ActivationKind.Elu, n.Number("alpha", 1))),
        ["Gelu"] = (r, n) => r.Activate(n, n.Text("approximate", "none") == "none" ? new(ActivationKind.Gelu) : throw new UnsupportedNodeException("by tanh")),
        ["Clip"] = (r, n) => r.Clip(n),
        ["Erf"] = (r, n) => r.PatternOf(n),
        ["Sqrt"] = (r, n) => r.PatternOf(n),
        ["Softmax"] = (r, n) => r.Softmax(n),
        ["LogSoftmax"] = (r, n) => r.Softmax(n),
        ["Add"] = (r, n) => r.Binary(n),
        ["Sum"] = (r, n) => r.Sum(n),
        ["Sub"] = (r, n) => r.Binary(n),
        ["Mul"] = (r, n) => r.Binary(n),
        ["Div"] = (r, n) => r.Binary(n),
        ["Pow"] = (r, n) => r.Power(n),
        ["Max"] = (r, n) => r.Bound(n),
        ["Min"] = (r, n) => r.Bound(n),
        ["Concat"] = (r, n) => r.Concat(n),
        ["Split"] = (r, n) => r.Split(n),
        ["Slice"] = (r, n) => r.Slice(n),
        ["Gather"] = (r, n) => r.Gather(n),
        ["Pad"] = (r, n) => r.Pad(n),
        ["Reshape"] = (r, n) => r.Reshape(n),
        ["Flatten"] = (r, n) => r.Flatten(n),
        ["Transpose"] = (r, n) => r.Transpose(n),
        ["Squeeze"] = (r, n) => r.Squeeze(n),
        ["Unsqueeze"] = (r, n) => r.Unsqueeze(n),
        ["Identity"] = (r, n) => r.Pass(n),
        ["Dropout"] = (r, n) => r.Pass(n),
        ["Cast"] = (r, n) => r.Pass(n),
    };

    /// <summary>The operators that can be read.</summary>
    public static IReadOnlyCollection<string> Operators => [.. Readers.Keys, "Constant", "Shape", "Size"];

    private void Pass(OnnxNode node) => SetValue(node.Output, SymbolicValue(node, 0));

    private void Activate(OnnxNode node, Activation activation)
    {
        var (x, view) = Symbolic(node, 0);
        SetValue(node.Output, new(Make(node, new ActivationLayer(activation), [x]), view));
    }

    private void PatternOf(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        SetValue(node.Output, new(Pattern(node, node.Operator, [x]), view));
    }

    private void Softmax(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        int axis = FromEnd(node.Integer("axis", _operatorSet < 13 ? 1 : -1), view.Rank);
        bool overClasses =
            axis > 0 && axis < view.Rank && view.Sizes.Where((_, i) => i + 1 != axis && (_operatorSet >= 13 || i + 1 < axis)).All(size => size == 1);
        SetValue(
            node.Output,
            overClasses
                ? new(Pattern(node, node.Operator, [x]), view)
                : throw new UnsupportedNodeException(Invariant($"over dimension {axis} of [N, {string.Join(", ", view.Sizes.Select(v => Invariant($"{v}")))}]"))
        );
    }

    private void Clip(OnnxNode node)
    {
        float least = Scalar(1) ?? node.Number("min", float.NegativeInfinity), most = Scalar(2) ?? node.Number("max", float.PositiveInfinity);
        Activate(node, Between(least, most));

        float? Scalar(int input) =>
            Optional(node, input) is { } value
                ? value.Count == 1
                    ? value.ToFloats()[0]
                    : throw new UnsupportedNodeException("with bounds that are no numbers")
                : null;
    }

    private void Bound(OnnxNode node)
    {
        if (node.Proto.Input.Count != 2 || node.Proto.Input.Count(_constants.ContainsKey) != 1)
        {
            throw new UnsupportedNodeException("of two feature maps");
        }

        int constant = _constants.ContainsKey(node.Proto.Input[0]) ? 0 : 1;
        var number = _constants[node.Proto.Input[constant]];
        float bound = number.Count == 1 ? number.ToFloats()[0] : throw new UnsupportedNodeException("with another bound for each element");
        var (x, view) = Symbolic(node, 1 - constant);
        var activation = node.Operator == "Max" ? Between(bound, float.PositiveInfinity) : Between(float.NegativeInfinity, bound);
        SetValue(node.Output, new(Make(node, new ActivationLayer(activation), [x]), view));
    }

    private static Activation Between(float least, float most) => (least, most) switch
    {
        (0, 6) => Activation.Relu6,
        (0, >= float.MaxValue) => Activation.Relu,
        _ => new(ActivationKind.Clip, least, most),
    };

    private void Sum(OnnxNode node)
    {
        if (node.Proto.Input.Any(_constants.ContainsKey))
        {
            throw new UnsupportedNodeException("with a constant");
        }

        var sum = SymbolicValue(node, 0);
        for (int i = 1; i < node.Proto.Input.Count; i++)
        {
            sum = Together(node, "Add", sum, SymbolicValue(node, i), i + 1 < node.Proto.Input.Count ? Invariant($".{i}") : "");
        }

        SetValue(node.Output, sum);
    }

    private void Power(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        bool square = _constants.TryGetValue(node.Proto.Input[1], out var exponent) && exponent.Count == 1 && exponent.ToFloats()[0] == 2;
        SetValue(node.Output, square ? new(Pattern(node, "Square", [x]), view) : throw new UnsupportedNodeException("with another exponent than 2"));
    }

    private void Binary(OnnxNode node)
    {
        var (first, second) = (node.Proto.Input[0], node.Proto.Input[1]);
        if (_constants.TryGetValue(second, out var right))
        {
            WithConstant(node, SymbolicValue(node, 0), right, constantFirst: false);
        }
        else if (_constants.TryGetValue(first, out var left))
        {
            WithConstant(node, SymbolicValue(node, 1), left, constantFirst: true);
        }
        else
        {
            SetValue(node.Output, Together(node, node.Operator, SymbolicValue(node, 0), SymbolicValue(node, 1)));
        }
    }

    private void WithConstant(OnnxNode node, Value value, ConstantValue constant, bool constantFirst)
    {
        var (x, view) = value;
        bool perChannel =
            ChannelsOf(constant, x, view, node.Find("axis") is { } axis && node.Integer("broadcast", 0) != 0 ? (int)axis.I : null)
            ?? throw new UnsupportedNodeException(
                $"with constants [{string.Join(", ", constant.Dims.Select(v => Invariant($"{v}")))}] on [N, {string.Join(", ", view.Sizes.Select(v => Invariant($"{v}")))}]"
            );
        string kind = node.Operator;
        if (constantFirst && kind == "Div")
        {
            throw new UnsupportedNodeException("of a constant by a feature map");
        }

        if (perChannel && kind is "Add" or "Mul" && !IsStillPixels(x))
        {
            // Trained: a bias, or a scale of its own.
            var trained = Make(node, new ScaleLayer(x.Shape.Channels, kind == "Mul", kind == "Add"), [x]);
            trained.Weights.Add(Reshaped(kind == "Mul" ? "weight" : "bias", constant));
            SetValue(node.Output, new(trained, view));
            return;
        }

        float[] numbers = constant.ToFloats();
        float[] one = [.. numbers.Select(_ => 1f)], zero = [.. numbers.Select(_ => 0f)];
        var (scale, shift) = kind switch
        {
            "Add" => (one, numbers),
            "Mul" => (numbers, zero),
            "Div" => (Array.ConvertAll(numbers, n => 1 / n), zero),
            _ when constantFirst => (Array.ConvertAll(one, n => -n), numbers),
            _ => (one, Array.ConvertAll(numbers, n => -n)),
        };
        SetValue(node.Output, new(Make(node, new RescaleLayer(scale, shift), [x]), view));
    }

    // What the file does to pixels before the first layer is no part of what is trained.
    private static bool IsStillPixels(ImportNode node) =>
        node.Layer is null || (node.Layer is RescaleLayer or PadLayer or TakeLayer && IsStillPixels(node.Inputs[0]));

    private Value Together(OnnxNode node, string kind, Value x, Value y, string suffix = "")
    {
        bool same = x.Node.Shape == y.Node.Shape && x.View.Matches(y.View);
        if (!same && x.View.Rank == 4 && y.View.Rank == 4 && Materialised(x) is { } a && Materialised(y) is { } b)
        {
            x = new(a, AxisView.ChannelsFirst(a.Shape));
            y = new(b, AxisView.ChannelsFirst(b.Shape));
            same = a.Shape == b.Shape;
        }

        bool Gates(Value map, Value gate) => gate.Node.Shape == new FeatureShape(map.Node.Shape.Channels, 1, 1) && map.View.Rank == gate.View.Rank
            && (gate.Node.Shape.Channels == 1 || gate.View.DimOf('C') == map.View.DimOf('C'));
        bool OfEachPixel(Value map, Value one) => one.Node.Shape == map.Node.Shape with { Channels = 1 } && map.View.Rank == one.View.Rank;
        return kind switch
        {
            "Add" when same => new(Make(node, new AddLayer(), [x.Node, y.Node], suffix), x.View),
            "Mul" when same || Gates(x, y) => new(Make(node, new MultiplyLayer(), [x.Node, y.Node]), x.View),
            "Mul" when Gates(y, x) => new(Make(node, new MultiplyLayer(), [y.Node, x.Node]), y.View),
            "Sub" when OfEachPixel(x, y) => new(Pattern(node, "SubtractOfPixel", [x.Node, y.Node]), x.View),
            "Div" when OfEachPixel(x, y) => new(Pattern(node, "DivideOfPixel", [x.Node, y.Node]), x.View),
            _ => throw new UnsupportedNodeException(
                $"of [N, {string.Join(", ", x.View.Sizes.Select(v => Invariant($"{v}")))}] and [N, {string.Join(", ", y.View.Sizes.Select(v => Invariant($"{v}")))}]"
            ),
        };
    }

    private void Concat(OnnxNode node)
    {
        var values = Enumerable.Range(0, node.Proto.Input.Count).Select(i => SymbolicValue(node, i)).ToList();
        int axis = FromEnd(node.Integer("axis", 1), values[0].View.Rank);
        if (values.Count == 1)
        {
            SetValue(node.Output, values[0]);
        }
        else if (axis == 1 && values.All(v => v.View.Rank == 2) && values.All(v => v.Node.Shape is { Height: 1, Width: 1 }))
        {
            SetMap(node.Output, Make(node, new ConcatLayer(), values.Select(v => v.Node)), flat: true);
        }
        else if (values.All(v => v.View.Rank == 4 && v.View.Matches(AxisView.ChannelsLast(v.Node.Shape))) && axis == 3)
        {
            var y = Make(node, new ConcatLayer(), values.Select(v => v.Node));
            SetValue(node.Output, new(y, AxisView.ChannelsLast(y.Shape)));
        }
        else
        {
            SetMap(node.Output, axis == 1
                ? Make(node, new ConcatLayer(), Enumerable.Range(0, values.Count).Select(i => Map(node, i)))
                : throw new UnsupportedNodeException(Invariant($"along dimension {axis}")));
        }
    }

    private void Split(OnnxNode node)
    {
        var x = Map(node, 0);
        int axis = FromEnd(node.Integer("axis", 0), 4), parts = node.Proto.Output.Count;
        long[]? sizes = _operatorSet < 13 ? node.Integers("split")?.Select(s => (long)s).ToArray() : Optional(node, 1)?.ToIntegers();
        int each = (x.Shape.Channels + parts - 1) / parts;
        sizes ??= [.. Enumerable.Range(0, parts).Select(i => (long)Math.Min(each, x.Shape.Channels - i * each))];
        if (axis != 1 || sizes.Length != parts || sizes.Sum() != x.Shape.Channels || sizes.Any(s => s < 1))
        {
            throw new UnsupportedNodeException(
                Invariant($"along dimension {axis} of {x.Shape} into {string.Join(", ", sizes.Select(v => Invariant($"{v}")))}")
            );
        }

        int first = 0;
        foreach (var (name, size) in node.Proto.Output.Zip(sizes))
        {
            var part = Make(node, new TakeLayer(new() { FirstChannel = first, Channels = (int)size }), [x]);
            part.Name = name;
            SetMap(name, part);
            first += (int)size;
        }
    }

    private void Slice(OnnxNode node)
    {
        var x = Map(node, 0);
        long[] Of(string attribute, int input) =>
            (_operatorSet < 10 ? node.Integers(attribute)?.Select(i => (long)i).ToArray() : Optional(node, input)?.ToIntegers()) ?? [];
        long[] starts = Of("starts", 1),
            ends = Of("ends", 2),
            axes = Of("axes", 3),
            steps = Of("steps", 4);
        axes = axes.Length > 0 ? axes : [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        int[] from = [0, 0, 0, 0], to = [1, x.Shape.Channels, x.Shape.Height, x.Shape.Width], by = [1, 1, 1, 1];
        foreach (var (i, a) in axes.Index())
        {
            int axis = FromEnd((int)a, 4);
            int size = to[axis];
            from[axis] = (int)Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, size);
            to[axis] = (int)Math.Clamp(ends[i] < 0 ? ends[i] + size : ends[i], 0, size);
            by[axis] = steps.Length > 0 ? (int)Math.Clamp(steps[i], int.MinValue, int.MaxValue) : 1;
            if ((axis == 0 && (from[0] != 0 || starts[i] != 0)) || by[axis] < 1 || to[axis] <= from[axis] || (axis < 2 && by[axis] != 1))
            {
                throw new UnsupportedNodeException(Invariant($"from {starts[i]} to {ends[i]} of dimension {axis} by {by[axis]}"));
            }
        }

        SetMap(node.Output, Make(node, new TakeLayer(new()
        {
            FirstChannel = from[1],
            Channels = to[1] - from[1],
            Offset = new(from[2], from[3]),
            End = (to[2], to[3]) == (x.Shape.Height, x.Shape.Width) ? null : new Pair(to[2], to[3]),
            Step = new(by[2], by[3]),
        }), [x]));
    }

    private void Gather(OnnxNode node)
    {
        var x = Map(node, 0);
        var index = Weights(node, 1);
        int axis = FromEnd(node.Integer("axis", 0), 4);
        if (axis != 1 || index.Count != 1)
        {
            throw new UnsupportedNodeException("of anything but one channel");
        }

        int channel = FromEnd((int)index.ToIntegers()[0], x.Shape.Channels);
        var y = Make(node, new TakeLayer(new() { FirstChannel = channel, Channels = 1 }), [x]);
        var view = AxisView.ChannelsFirst(y.Shape);
        SetValue(node.Output, new(y, index.Dims.Count == 0 ? view.Squeeze([1])! : view));
    }

    private void Pad(OnnxNode node)
    {
        var x = Map(node, 0);
        if (node.Text("mode", "constant") != "constant" || Optional(node, 3) is not null)
        {
            throw new UnsupportedNodeException("by anything but a constant on all sides");
        }

        long[] pads = (_operatorSet < 11 ? node.Integers("pads")?.Select(i => (long)i).ToArray() : Optional(node, 1)?.ToIntegers()) ?? [];
        float value = _operatorSet < 11 ? node.Number("value", 0) : Optional(node, 2)?.ToFloats()[0] ?? 0;
        if (pads.Length != 8 || pads.Any(p => p is < 0 or > 4096) || pads[0] != 0 || pads[4] != 0)
        {
            throw new UnsupportedNodeException($"with pads {string.Join(", ", pads.Select(v => Invariant($"{v}")))}");
        }

        if (pads.All(p => p == 0))
        {
            SetMap(node.Output, x);
            return;
        }

        SetMap(node.Output, Make(node, new PadLayer(new()
        {
            ChannelsBefore = (int)pads[1],
            ChannelsAfter = (int)pads[5],
            Edges = new((int)pads[2], (int)pads[3], (int)pads[6], (int)pads[7]),
            Value = value,
        }), [x]));
    }

    private void Reshape(OnnxNode node)
    {
        var value = SymbolicValue(node, 0);
        long[] target = (_operatorSet < 5 ? node.Integers("shape")?.Select(i => (long)i).ToArray() : Optional(node, 1)?.ToIntegers()) ?? [];
        IReadOnlyList<int> sizes = value.View.Sizes;
        if (target.Length < 2)
        {
            throw new UnsupportedNodeException($"to [{string.Join(", ", target.Select(v => Invariant($"{v}")))}]");
        }

        // A leading 1, or the number of images that the file is made for, is N.
        long all = sizes.Aggregate(1L, (a, b) => a * b);
        long[] rest = [.. target.Skip(1).Select((t, i) => t == 0 && node.Integer("allowzero", 0) == 0 ? i < sizes.Count ? sizes[i] : 0 : t)];
        long known = rest.Where(t => t > 0).Aggregate(1L, (a, b) => a * b);
        long[] complete = [.. rest.Select(t => t == -1 && known > 0 ? all / known : t)];
        bool batchFirst = target[0] == 0 || target[0] == _batch || (target[0] == -1 && rest.All(t => t > 0));
        var view =
            batchFirst && complete.All(t => t is > 0 and < int.MaxValue) && complete.Aggregate(1L, (a, b) => a * b) == all
                ? value.View.Reshape([.. complete.Select(t => (int)t)])
                : null;
        SetValue(
            node.Output,
            new(
                value.Node,
                view
                    ?? throw new UnsupportedNodeException(
                        $"of [N, {string.Join(", ", sizes.Select(v => Invariant($"{v}")))}] to [{string.Join(", ", target.Select(v => Invariant($"{v}")))}]"
                    )
            )
        );
    }

    private void Flatten(OnnxNode node)
    {
        var value = SymbolicValue(node, 0);
        int axis = FromEnd(node.Integer("axis", 1), value.View.Rank);
        SetValue(node.Output, axis == 1 && value.View.Reshape([value.View.Sizes.Aggregate(1, (a, b) => a * b)]) is { } view
            ? new(value.Node, view)
            : throw new UnsupportedNodeException(Invariant($"at dimension {axis}")));
    }

    private void Transpose(OnnxNode node)
    {
        var value = SymbolicValue(node, 0);
        var permutation = node.Integers("perm") ?? [.. Enumerable.Range(0, value.View.Rank).Reverse()];
        SetValue(
            node.Output,
            new(
                value.Node,
                value.View.Transpose(permutation)
                    ?? throw new UnsupportedNodeException($"of dimensions to {string.Join(", ", permutation.Select(v => Invariant($"{v}")))}")
            )
        );
    }

    private void Squeeze(OnnxNode node)
    {
        var value = SymbolicValue(node, 0);
        int[] axes = Axes(node, value.View.Rank, attributeBelow: 13) ?? [.. Enumerable.Range(1, value.View.Rank - 1).Where(dim => value.View[dim].Count == 0)];
        SetValue(
            node.Output,
            new(
                value.Node,
                value.View.Squeeze(axes) ?? throw new UnsupportedNodeException($"of dimensions {string.Join(", ", axes.Select(v => Invariant($"{v}")))}")
            )
        );
    }

    private void Unsqueeze(OnnxNode node)
    {
        var value = SymbolicValue(node, 0);
        int added = _operatorSet < 13 ? node.Integers("axes")?.Count ?? 0 : Optional(node, 1)?.ToIntegers().Length ?? 0;
        int[] axes = Axes(node, value.View.Rank + added, attributeBelow: 13) ?? [];
        SetValue(
            node.Output,
            new(
                value.Node,
                value.View.Unsqueeze(axes) ?? throw new UnsupportedNodeException($"of dimensions {string.Join(", ", axes.Select(v => Invariant($"{v}")))}")
            )
        );
    }

    // Attributes before the operator set that made inputs of them.
    private int[]? Axes(OnnxNode node, int rank, int attributeBelow)
    {
        var axes = _operatorSet < attributeBelow ? node.Integers("axes")?.Select(a => (long)a).ToArray() : Optional(node, 1)?.ToIntegers();
        return axes is null
            ? null
            :
            [
                .. axes.Select(a => FromEnd((int)a, rank))
                    .Select(a => a >= 0 && a < rank ? a : throw new UnsupportedNodeException(Invariant($"of dimension {a}"))),
            ];
    }
}
