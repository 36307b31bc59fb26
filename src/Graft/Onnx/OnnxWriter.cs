using System.Runtime.InteropServices;
using Google.Protobuf;
using Graft.Onnx.Schema;
using Graft.Operations;
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
    private readonly HashSet<string> _taken = [];

    private OnnxWriter()
    {
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
            _graph.Node.Add(new NodeProto { Name = "identity", OpType = "Identity", Input = { current }, Output = { output } });
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
                long padding = conv.Kernel / 2;
                return Emit("Conv", conv.Name, [.. inputs, Weight($"{conv.Name}.weight", conv.Weight), .. Optional($"{conv.Name}.bias", conv.Bias)],
                    Ints("kernel_shape", conv.Kernel, conv.Kernel), Ints("strides", conv.Stride, conv.Stride), Ints("pads", padding, padding, padding, padding),
                    Int("group", conv.Groups));
            case BatchNormNode norm:
                return Emit("BatchNormalization", norm.Name,
                    [.. inputs, Weight($"{norm.Name}.weight", norm.Scale), Weight($"{norm.Name}.bias", norm.Shift),
                        Weight($"{norm.Name}.running_mean", norm.Mean), Weight($"{norm.Name}.running_var", norm.Variance)],
                    new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = (float)norm.Epsilon });
            case ActivationNode { Activation: Activation.Relu6 }:
                return Emit("Clip", "relu6", [.. inputs, Scalar("zero", 0), Scalar("six", 6)]);
            case ActivationNode:
                return Emit("Relu", "relu", inputs);
            case AddNode:
                return Emit("Add", "add", inputs);
            case GateNode:
                return Emit("Mul", "scaled", [inputs[0], Emit("Sigmoid", "gate", [inputs[1]])]);
            case SubsampleAndPadNode pad:
                long missing = pad.Channels - pad.Inputs[0].Channels;
                string every = Emit("Slice", "subsample", [.. inputs,
                    Integers("starts", 0, 0), Integers("ends", long.MaxValue, long.MaxValue), Integers("axes", 2, 3), Integers("steps", pad.Stride, pad.Stride)]);
                return Emit("Pad", "pad", [every, Integers("pads", 0, missing / 2, 0, 0, 0, missing - missing / 2, 0, 0)]);
            case GlobalAveragePoolNode:
                return Emit("GlobalAveragePool", "pool", inputs);
            case LinearNode linear:
                string flat = Emit("Flatten", "flatten", inputs);
                return Emit("Gemm", linear.Name, [flat, Weight($"{linear.Name}.weight", linear.Weight), Weight($"{linear.Name}.bias", linear.Bias)], Int("transB", 1));
            default:
                throw new NotSupportedException($"{node.GetType().Name} has no ONNX form.");
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
        string unique = name;
        for (int n = 2; !_taken.Add(unique); n++)
        {
            unique = Invariant($"{name}_{n}");
        }

        return unique;
    }

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

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
                    Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }) },
                },
            },
        },
    };
}
