using Graft.Operations;
using Graft.Operations.Graphs;
using static TorchSharp.torch;

namespace Graft.Onnx.Import;

// The operators that make layers with windows or weights.
internal sealed partial class GraphReader
{
    private static readonly string[] NormTensors = ["weight", "bias", "running_mean", "running_var"];

    private void Convolution(OnnxNode node)
    {
        var x = Map(node, 0);
        var weight = Weights(node, 1);
        if (weight.Dims.Count != 4)
        {
            throw new UnsupportedNodeException(Invariant($"in {weight.Dims.Count - 2} dimensions"));
        }

        var kernel = new Pair((int)weight.Dims[2], (int)weight.Dims[3]);
        int groups = node.Integer("group", 1), outputs = (int)weight.Dims[0];
        Pair stride = PairOf(node, "strides", 1), dilation = PairOf(node, "dilations", 1);
        if (weight.Dims.Any(d => d < 1) || groups < 1 || stride.Height < 1 || stride.Width < 1 || dilation.Height < 1 || dilation.Width < 1
            || weight.Dims[1] * groups != x.Shape.Channels || outputs % groups != 0)
        {
            throw new UnsupportedNodeException(
                Invariant($"of weight [{string.Join(", ", weight.Dims.Select(v => Invariant($"{v}")))}] in {groups} groups on {x.Shape}")
            );
        }

        var pads = Pads(node, x.Shape, kernel, stride, dilation);
        if (!pads.IsSymmetric)
        {
            x = Make(node, new PadLayer(new() { Edges = pads }), [x], suffix: ".padded");
            pads = default;
        }

        var bias = Optional(node, 2);
        var layer = new ConvolutionLayer(x.Shape.Channels, outputs, kernel)
        {
            Stride = stride,
            Padding = new(pads.Top, pads.Left),
            Dilation = dilation,
            Groups = groups,
            Bias = bias is not null,
        };
        var y = Make(node, layer, [x]);
        y.Weights.Add(Plain("weight", weight));
        y.Weights.AddRange(bias is null ? [] : [Plain("bias", bias)]);
        SetMap(node.Output, y);
    }

    private void BatchNorm(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        int channels = x.Shape.Channels;
        if (channels > 1 && view.DimOf('C') != 1)
        {
            throw new UnsupportedNodeException("over another dimension than channels");
        }

        if (node.Integer("training_mode", 0) != 0)
        {
            throw new UnsupportedNodeException("in training mode. Export the network in inference mode");
        }

        var y = Make(node, new BatchNormLayer(channels, node.Number("epsilon", 1e-5f)), [x]);
        foreach (var (i, name) in NormTensors.Index())
        {
            y.Weights.Add(Plain(name, OfChannels(Weights(node, i + 1), channels)));
        }

        SetValue(node.Output, new(y, view));
    }

    private void Gemm(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        var weight = Weights(node, 1);
        var bias = Optional(node, 2);
        float alpha = node.Number("alpha", 1), beta = node.Number("beta", 1);
        if (node.Integer("transA", 0) != 0 || view.Rank != 2 || weight.Dims.Count != 2 || alpha != 1 || (beta != 1 && bias is not null))
        {
            throw new UnsupportedNodeException("with transA, alpha or beta, or of another form than [N, C] · [C, K]");
        }

        SetMap(node.Output, Linear(node, x, view, weight, node.Integer("transB", 0) == 0, bias), flat: true);
    }

    private void MatMul(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        var weight = Weights(node, 1);
        if (weight.Dims.Count != 2)
        {
            throw new UnsupportedNodeException("with a weight that is no matrix");
        }

        if (view.Rank == 2)
        {
            SetMap(node.Output, Linear(node, x, view, weight, isTransposed: true, bias: null), flat: true);
            return;
        }

        // A matrix on the last dimension, channels: a 1x1 convolution.
        int inputs = (int)weight.Dims[0], outputs = (int)weight.Dims[1];
        if (view.AxisOf(view.Rank - 1) != 'C' || inputs != x.Shape.Channels)
        {
            throw new UnsupportedNodeException("over another dimension than channels");
        }

        var y = Make(node, new ConvolutionLayer(inputs, outputs, 1), [x]);
        y.Weights.Add(new("weight", weight, w => w.t().reshape(-1, inputs, 1, 1), w => w.reshape(-1, inputs).t()));
        SetValue(node.Output, new(y, view.Resized(y.Shape) ?? throw new UnsupportedNodeException("across dimensions")));
    }

    private ImportNode Linear(OnnxNode node, ImportNode x, AxisView view, ConstantValue weight, bool isTransposed, ConstantValue? bias)
    {
        int inputs = (int)weight.Dims[isTransposed ? 0 : 1], outputs = (int)weight.Dims[isTransposed ? 1 : 0];
        if (inputs != view.Sizes[0] || outputs < 1 || (bias is not null && bias.Count != outputs))
        {
            throw new UnsupportedNodeException(Invariant($"of [{string.Join(", ", weight.Dims.Select(v => Invariant($"{v}")))}] on [N, {view.Sizes[0]}]"));
        }

        // The file's order of columns, and the one that a feature map has.
        AxisFactor[] file = [.. view[1]];
        long[] sizes = [.. file.Select(f => (long)f.Size)];
        int[] order =
        [
            .. Enumerable.Range(0, file.Length).OrderBy(i => "CHW".IndexOf(file[i].Axis, StringComparison.Ordinal)).ThenByDescending(i => file[i].Stride),
        ];
        long[] permutation = [0, .. order.Select(i => i + 1L)];
        long[] inverse = [0, .. Enumerable.Range(0, order.Length).Select(i => Array.IndexOf(order, i) + 1L)];
        bool moves = !order.SequenceEqual(Enumerable.Range(0, order.Length));
        Tensor FromFile(Tensor w)
        {
            var rows = isTransposed ? w.t() : w; // [K, C]
            return moves ? rows.reshape([-1, .. sizes]).permute(permutation).reshape(-1, inputs) : rows;
        }

        Tensor ToFile(Tensor w)
        {
            var rows = moves ? w.reshape([-1, .. order.Select(i => sizes[i])]).permute(inverse).reshape(-1, inputs) : w;
            return isTransposed ? rows.t() : rows;
        }

        var y = Make(node, new LinearLayer(inputs, outputs, bias is not null), [x]);
        y.Weights.Add(new("weight", weight, FromFile, ToFile));
        y.Weights.AddRange(bias is null ? [] : [new("bias", bias, b => b.reshape(outputs), b => b.reshape([.. bias.Dims]))]);
        return y;
    }

    private void Pool(OnnxNode node)
    {
        var x = Map(node, 0);
        if (node.Proto.Output.Count > 1)
        {
            throw new UnsupportedNodeException("with indices");
        }

        var kernel = PairOf(node, "kernel_shape", null);
        Pair stride = PairOf(node, "strides", 1), dilation = PairOf(node, "dilations", 1);
        bool max = node.Operator == "MaxPool";
        var pooling = new Pooling
        {
            TakesMax = max,
            Kernel = kernel,
            Stride = stride,
            Dilation = dilation,
            Padding = Pads(node, x.Shape, kernel, stride, dilation),
            CeilMode = node.Integer("ceil_mode", 0) != 0,
            CountsPadding = node.Integer("count_include_pad", 0) != 0,
        };
        if (kernel.Height < 1 || kernel.Width < 1 || stride.Height < 1 || stride.Width < 1 || (!max && dilation != 1))
        {
            throw new UnsupportedNodeException(
                Invariant(
                    $"with a window of {kernel.Height}x{kernel.Width}, strides {stride.Height}, {stride.Width} and dilations {dilation.Height}, {dilation.Width}"
                )
            );
        }

        bool whole = !max && pooling.Padding.IsNone && kernel == new Pair(x.Shape.Height, x.Shape.Width);
        SetMap(node.Output, Make(node, whole ? new GlobalAveragePoolLayer() : new PoolLayer(pooling), [x]));
    }

    private void GlobalPool(OnnxNode node)
    {
        var x = Map(node, 0);
        SetMap(node.Output, Make(node, node.Operator == "GlobalAveragePool" ? new GlobalAveragePoolLayer() : WholeMax(x.Shape), [x]));
    }

    private void Reduce(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        int[] axes =
            Axes(node, view.Rank, attributeBelow: node.Operator == "ReduceMean" || node.Operator == "ReduceMax" ? 18 : 13)
            ?? [.. Enumerable.Range(1, view.Rank - 1)];
        var reduced = axes.SelectMany(axis => axis == 0 ? throw new UnsupportedNodeException("over the batch") : view[axis]).ToList();
        bool keep = node.Integer("keepdims", 1) != 0, mean = node.Operator == "ReduceMean";
        bool Whole(char axis) => reduced.Where(f => f.Axis == axis).Aggregate(1, (n, f) => n * f.Size) == view.Length(axis);
        ImportNode y;
        if (reduced.All(f => f.Axis != 'C') && Whole('H') && Whole('W'))
        {
            y = Make(node, mean ? new GlobalAveragePoolLayer() : WholeMax(x.Shape), [x]);
        }
        else if (mean && reduced.All(f => f.Axis == 'C') && Whole('C'))
        {
            y = Pattern(node, "MeanOverChannels", [x], shape: x.Shape with { Channels = 1 });
        }
        else
        {
            throw new UnsupportedNodeException(
                $"over dimensions {string.Join(", ", axes.Select(v => Invariant($"{v}")))} of [N, {string.Join(", ", view.Sizes.Select(v => Invariant($"{v}")))}]"
            );
        }

        var result = view.Resized(y.Shape) ?? throw new UnsupportedNodeException("across dimensions");
        SetValue(node.Output, new(y, keep ? result : result.Squeeze(axes)!));
    }

    private void ResponseNorm(OnnxNode node)
    {
        var x = Map(node, 0);
        int size = node.Integer("size", 1);
        SetMap(node.Output, size % 2 == 1
            ? Make(node, new ResponseNormLayer(new(size, node.Number("alpha", 1e-4f), node.Number("beta", 0.75f), node.Number("bias", 1))), [x])
            : throw new UnsupportedNodeException(Invariant($"over {size} channels; expected an odd number")));
    }

    private void LayerNorm(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        int axis = FromEnd(node.Integer("axis", -1), view.Rank);
        if (axis != view.Rank - 1 || view.AxisOf(axis) != 'C' || node.Proto.Output.Count(o => o.Length > 0) > 1 || Optional(node, 2) is not { } bias)
        {
            throw new UnsupportedNodeException("over another dimension than channels, or without a shift");
        }

        var y = Make(node, new LayerNormLayer(x.Shape.Channels, node.Number("epsilon", 1e-5f)), [x]);
        y.Weights.Add(Plain("weight", OfChannels(Weights(node, 1), x.Shape.Channels)));
        y.Weights.Add(Plain("bias", OfChannels(bias, x.Shape.Channels)));
        SetValue(node.Output, new(y, view));
    }

    private void PRelu(OnnxNode node)
    {
        var (x, view) = Symbolic(node, 0);
        var slope = Weights(node, 1);
        var per =
            ChannelsOf(slope, x, view) ?? throw new UnsupportedNodeException($"with slopes [{string.Join(", ", slope.Dims.Select(v => Invariant($"{v}")))}]");
        var y = Make(node, new PReluLayer(per ? x.Shape.Channels : 1), [x]);
        y.Weights.Add(Reshaped("weight", slope));
        SetValue(node.Output, new(y, view));
    }

    private static PoolLayer WholeMax(FeatureShape shape) => new(new() { TakesMax = true, Kernel = new(shape.Height, shape.Width) });

    private static Edges Pads(OnnxNode node, FeatureShape x, Pair kernel, Pair stride, Pair dilation)
    {
        switch (node.Text("auto_pad", "NOTSET"))
        {
            case "NOTSET":
                var pads = node.Integers("pads") ?? [0, 0, 0, 0];
                return pads is [>= 0 and < 4096, >= 0 and < 4096, >= 0 and < 4096, >= 0 and < 4096]
                    ? new(pads[0], pads[1], pads[2], pads[3])
                    : throw new UnsupportedNodeException($"with pads {string.Join(", ", pads.Select(v => Invariant($"{v}")))}");
            case "VALID":
                return default;
            case "SAME_UPPER" or "SAME_LOWER":
                bool upper = node.Text("auto_pad", "") == "SAME_UPPER";
                var (top, bottom) = Same(x.Height, kernel.Height, stride.Height, dilation.Height);
                var (left, right) = Same(x.Width, kernel.Width, stride.Width, dilation.Width);
                return upper ? new(top, left, bottom, right) : new(bottom, right, top, left);
            case var other:
                throw new UnsupportedNodeException($"with auto_pad {other}");
        }

        static (int Less, int More) Same(int size, int kernel, int stride, int dilation)
        {
            int outputs = (size + stride - 1) / stride;
            int all = Math.Max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size);
            return (all / 2, all - all / 2);
        }
    }

    private static Pair PairOf(OnnxNode node, string attribute, int? otherwise) => (node.Integers(attribute), otherwise) switch
    {
        ({ Count: 2 } values, _) => new Pair(values[0], values[1]),
        (null, { } both) => (Pair)both,
        var (values, _) => throw new UnsupportedNodeException($"with {attribute} {string.Join(", ", (values ?? []).Select(v => Invariant($"{v}")))}"),
    };
}
