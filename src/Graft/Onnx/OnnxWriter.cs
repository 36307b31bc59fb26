using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Operations.Graphs;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>Writes a graph as an ONNX model: operator set 17, IR version 8, fp32, the number of images left open.</summary>
internal sealed class OnnxWriter
{
    /// <summary>The version of the operator set: the newest that the schema beside this file describes.</summary>
    public const int OperatorSet = 17;

    private const int IrVersion = 8;

    private readonly GraphProto _graph = new();
    private readonly Dictionary<GraphNode, string> _names = [];
    private HashSet<string> _taken = [];
    private string _prefix = "";

    private readonly int _operatorSet;

    private OnnxWriter(int operatorSet = OperatorSet) => _operatorSet = operatorSet;

    /// <summary>Makes the nodes and weights of an operation, to be put into another graph.</summary>
    /// <param name="graph">The operation.</param>
    /// <param name="input">The value that it takes there.</param>
    /// <param name="output">The name of what it gives.</param>
    /// <param name="taken">Names that are in use there; those of nodes and weights are added.</param>
    /// <param name="prefix">What the names of values begin with.</param>
    /// <param name="operatorSet">That of the other graph, from 7 on: operations of Graft's families need no more.</param>
    public static GraphProto WriteInto(NetworkGraph graph, string input, string output, HashSet<string> taken, string prefix, int operatorSet)
    {
        var writer = new OnnxWriter(operatorSet) { _taken = taken, _prefix = prefix };
        writer._names[graph.Input] = input;
        foreach (var node in graph.Nodes.Where(node => node != graph.Input))
        {
            writer._names[node] = writer.Write(node);
        }

        writer.NameOutput(graph, output);
        return writer._graph;
    }

    /// <summary>Makes the model.</summary>
    /// <param name="graph">What it computes.</param>
    /// <param name="name">The name of the graph.</param>
    /// <param name="input">The name of the input, [N, C, H, W].</param>
    /// <param name="output">The name of the output: [N, K], or [N, C, H, W].</param>
    /// <param name="outputShape">The shape of the output without N.</param>
    public static ModelProto Write(NetworkGraph graph, string name, string input, string output, IReadOnlyList<int> outputShape)
    {
        var writer = new OnnxWriter();
        writer._graph.Name = name;
        writer.Write(graph, input, output, outputShape);
        return new()
        {
            IrVersion = IrVersion,
            ProducerName = "graft",
            ProducerVersion = typeof(OnnxWriter).Assembly.GetName().Version!.ToString(3),
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } },
            Graph = writer._graph,
        };
    }

    private void Write(NetworkGraph graph, string input, string output, IReadOnlyList<int> outputShape)
    {
        _taken.UnionWith([input, output]);
        _names[graph.Input] = input;
        foreach (var node in graph.Nodes.Where(node => node != graph.Input))
        {
            _names[node] = Write(node);
        }

        NameOutput(graph, output);
        var shape = graph.Input.Shape;
        _graph.Input.Add(ValueInfo(input, [shape.Channels, shape.Height, shape.Width]));
        _graph.Output.Add(ValueInfo(output, outputShape));
    }

    private void NameOutput(NetworkGraph graph, string output)
    {
        string current = _names[graph.Output];
        if (graph.Output == graph.Input)
        {
            _graph.Node.Add(new NodeProto { Name = Unique("identity"), OpType = "Identity", Input = { current }, Output = { output } });
        }
        else
        {
            _graph.Node.Single(node => node.Output[0] == current).Output[0] = output; // nothing takes the last value
        }
    }

    private string Write(GraphNode node)
    {
        string[] inputs = [.. node.Inputs.Select(x => _names[x])];
        switch (node)
        {
            case ConvolutionNode conv:
                return Emit(
                    "Conv",
                    conv.Name,
                    [.. inputs, Weight($"{conv.Name}.weight", conv.Weight), .. Optional($"{conv.Name}.bias", conv.Bias)],
                    [
                        Ints("kernel_shape", conv.Kernel),
                        Ints("strides", conv.Stride),
                        Ints("pads", new Edges(conv.Padding.Height, conv.Padding.Width, conv.Padding.Height, conv.Padding.Width)),
                        Int("group", conv.Groups),
                        .. conv.Dilation == 1 ? [] : new[] { Ints("dilations", conv.Dilation) },
                    ]
                );
            case BatchNormNode norm:
                return Emit("BatchNormalization", norm.Name,
                    [.. inputs, Weight($"{norm.Name}.weight", norm.Scale), Weight($"{norm.Name}.bias", norm.Shift),
                        Weight($"{norm.Name}.running_mean", norm.Mean), Weight($"{norm.Name}.running_var", norm.Variance)],
                    Float("epsilon", (float)norm.Epsilon));
            case ActivationNode activation:
                return Write(activation.Activation, inputs[0]);
            case AddNode:
                return Emit("Add", "add", inputs);
            case GateNode:
                return Emit("Mul", "scaled", [inputs[0], Emit("Sigmoid", "gate", [inputs[1]])]);
            case SubsampleAndPadNode pad:
                long missing = pad.Channels - pad.Inputs[0].Channels;
                string every = Emit(
                    "Slice",
                    "subsample",
                    [
                        .. inputs,
                        Integers("starts", 0, 0),
                        Integers("ends", long.MaxValue, long.MaxValue),
                        Integers("axes", 2, 3),
                        Integers("steps", pad.Stride, pad.Stride),
                    ]
                );
                return Emit("Pad", "pad", [every, Integers("pads", 0, missing / 2, 0, 0, 0, missing - missing / 2, 0, 0)]);
            case LinearNode linear:
                string flat = Emit("Flatten", "flatten", inputs);
                return Emit(
                    "Gemm",
                    linear.Name,
                    [flat, Weight($"{linear.Name}.weight", linear.Weight), .. Optional($"{linear.Name}.bias", linear.Bias)],
                    Int("transB", 1)
                );
            case WeightedNode weighted:
                return Write(weighted, inputs[0]);
            case LayerNode layer:
                return Write(layer.Layer, layer.Shape, inputs);
            default:
                throw new NotSupportedException($"{node.GetType().Name} has no ONNX form.");
        }
    }

    private string Write(Activation activation, string x)
    {
        switch (activation.Kind)
        {
            case ActivationKind.Relu6:
                return Clip("relu6", x, 0, 6, "zero", "six");
            case ActivationKind.Clip:
                return Clip("clip", x, activation.Alpha, activation.Beta, "least", "most");
            case ActivationKind.Silu:
                return Emit("Mul", "silu", [x, Emit("Sigmoid", "sigmoid", [x])]);
            case ActivationKind.Gelu: // x · (1 + erf(x / √2)) / 2
                string erf = Emit("Erf", "erf", [Emit("Div", "scaled", [x, Scalar("root_two", MathF.Sqrt(2))])]);
                return Emit("Mul", "gelu", [Emit("Mul", "product", [x, Emit("Add", "sum", [erf, Scalar("one", 1)])]), Scalar("half", 0.5f)]);
            case ActivationKind.HardSigmoid:
                return Emit("HardSigmoid", "hard_sigmoid", [x], Float("alpha", activation.Alpha), Float("beta", activation.Beta));
            case ActivationKind.LeakyRelu:
                return Emit("LeakyRelu", "leaky_relu", [x], Float("alpha", activation.Alpha));
            case ActivationKind.Elu:
                return Emit("Elu", "elu", [x], Float("alpha", activation.Alpha));
            default:
                return Emit($"{activation.Kind}", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{activation.Kind}"), [x]);
        }
    }

    // Bounds are attributes before operator set 11, inputs from then on.
    private string Clip(string name, string x, float least, float most, string leastName, string mostName) => _operatorSet < 11
        ? Emit("Clip", name, [x], Float("min", least), Float("max", most))
        : Emit("Clip", name, [x, Scalar(leastName, least), Scalar(mostName, most)]);

    private string Write(WeightedNode node, string x)
    {
        string Weight(string kind, Tensor tensor) => this.Weight($"{node.Name}.{kind}", tensor);
        string PerChannel(string kind, Tensor tensor) => this.Weight($"{node.Name}.{kind}", tensor.view(-1, 1, 1));
        switch (node.Layer)
        {
            case ScaleLayer:
                string y = node.Weight is null ? x : Emit("Mul", $"{node.Name}.scaled", [x, PerChannel("weight", node.Weight)]);
                return node.Bias is null ? y : Emit("Add", $"{node.Name}.shifted", [y, PerChannel("bias", node.Bias)]);
            case PReluLayer:
                return Emit("PRelu", node.Name, [x, PerChannel("weight", node.Weight!)]);
            case LayerNormLayer norm:
                string last = Emit("Transpose", $"{node.Name}.channels_last", [x], Ints("perm", 0, 2, 3, 1));
                string normalised = Emit("LayerNormalization", node.Name, [last, Weight("weight", node.Weight!), Weight("bias", node.Bias!)],
                    Int("axis", -1), Float("epsilon", (float)norm.Epsilon));
                return Emit("Transpose", $"{node.Name}.channels_first", [normalised], Ints("perm", 0, 3, 1, 2));
            default:
                throw new NotSupportedException($"{node.Layer.GetType().Name} has no ONNX form.");
        }
    }

    private string Write(GraphLayer layer, FeatureShape output, string[] inputs)
    {
        switch (layer)
        {
            case GlobalAveragePoolLayer:
                return Emit("GlobalAveragePool", "pool", inputs);
            case MultiplyLayer:
                return Emit("Mul", "product", inputs);
            case ConcatLayer:
                return Emit("Concat", "concat", inputs, Int("axis", 1));
            case FlattenLayer:
                return Emit("Flatten", "flatten", inputs);
            case PadLayer { Padding: var pad }:
                var edges = pad.Edges;
                string pads = Integers("pads", 0, pad.ChannelsBefore, edges.Top, edges.Left, 0, pad.ChannelsAfter, edges.Bottom, edges.Right);
                return Emit("Pad", "pad", [.. inputs, pads, Scalar("pad_value", (float)pad.Value)]);
            case TakeLayer { Part: var part }:
                long Behind(int? end) => end ?? long.MaxValue;
                return Emit("Slice", "part", [.. inputs,
                    Integers("starts", part.FirstChannel, part.Offset.Height, part.Offset.Width),
                    Integers("ends", Behind(part.FirstChannel + part.Channels), Behind(part.End?.Height), Behind(part.End?.Width)),
                    Integers("axes", 1, 2, 3), Integers("steps", 1, part.Step.Height, part.Step.Width)]);
            case PoolLayer { Pooling: var pooling }:
                AttributeProto[] window =
                [
                    Ints("kernel_shape", pooling.Kernel),
                    Ints("strides", pooling.Stride),
                    Ints("pads", pooling.Padding),
                    Int("ceil_mode", pooling.CeilMode ? 1 : 0),
                ];
                return pooling.TakesMax
                    ? Emit("MaxPool", "max_pool", inputs, [.. window, Ints("dilations", pooling.Dilation)])
                    : Emit("AveragePool", "average_pool", inputs, [.. window, Int("count_include_pad", pooling.CountsPadding ? 1 : 0)]);
            case ShuffleLayer shuffle:
                string split = Emit(
                    "Reshape",
                    "groups",
                    [.. inputs, Integers("shape", 0, shuffle.Groups, output.Channels / shuffle.Groups, output.Height * output.Width)]
                );
                string swapped = Emit("Transpose", "shuffled", [split], Ints("perm", 0, 2, 1, 3));
                return Emit("Reshape", "shuffle", [swapped, Integers("shape", 0, output.Channels, output.Height, output.Width)]);
            case RescaleLayer rescale:
                string scaled = Emit("Mul", "rescaled", [.. inputs, Values("scale", rescale.Scale)]);
                return Emit("Add", "shifted", [scaled, Values("shift", rescale.Shift)]);
            case ResponseNormLayer { Norm: var norm }:
                return Emit(
                    "LRN",
                    "response_norm",
                    inputs,
                    Int("size", norm.Size),
                    Float("alpha", (float)norm.Alpha),
                    Float("beta", (float)norm.Beta),
                    Float("bias", (float)norm.Bias)
                );
            default:
                throw new NotSupportedException($"{layer.GetType().Name} has no ONNX form.");
        }
    }

    private string Emit(string operation, string name, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        name = Unique(name);
        _graph.Node.Add(new NodeProto { Name = name, OpType = operation, Input = { inputs }, Output = { name }, Attribute = { attributes } });
        return name;
    }

    private string Weight(string name, Tensor tensor)
    {
        using var values = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        return Constant(name, TensorProto.Types.DataType.Float, values.shape, ByteString.CopyFrom(values.bytes));
    }

    private IEnumerable<string> Optional(string name, Tensor? tensor) => tensor is null ? [] : [Weight(name, tensor)];

    private string Scalar(string name, float value) => Constant(name, TensorProto.Types.DataType.Float, [], ByteString.CopyFrom(BitConverter.GetBytes(value)));

    private string Values(string name, IReadOnlyList<float> values) =>
        Constant(name, TensorProto.Types.DataType.Float, [values.Count, 1, 1], ByteString.CopyFrom(MemoryMarshal.AsBytes(values.ToArray().AsSpan())));

    private string Integers(string name, params long[] values) =>
        Constant(name, TensorProto.Types.DataType.Int64, [values.Length], ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())));

    private string Constant(string name, TensorProto.Types.DataType type, IEnumerable<long> shape, ByteString littleEndian)
    {
        name = Unique(name);
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)type, Dims = { shape }, RawData = littleEndian });
        return name;
    }

    private string Unique(string name)
    {
        name = _prefix + name;
        string unique = name;
        for (int n = 2; !_taken.Add(unique); n++)
        {
            unique = Invariant($"{name}_{n}");
        }

        return unique;
    }

    private static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    private static AttributeProto Ints(string name, Pair pair) => Ints(name, pair.Height, pair.Width);

    private static AttributeProto Ints(string name, Edges edges) => Ints(name, edges.Top, edges.Left, edges.Bottom, edges.Right);

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Ints(string name, params long[] values) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Ints,
            Ints = { values },
        };

    private static ValueInfoProto ValueInfo(string name, IEnumerable<int> shape) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "N" },
                        shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }),
                    },
                },
            },
        },
    };
}
