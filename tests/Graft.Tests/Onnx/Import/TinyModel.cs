using System.Runtime.InteropServices;
using Google.Protobuf;
using Graft.Onnx.Schema;

namespace Graft.Tests.Onnx.Import;

/// <summary>
/// Writes small ONNX files node by node: an image [N, 3, 8, 8], if nothing else is said, called x, weights of seeded noise, and scores of four classes.
/// </summary>
internal sealed class TinyModel
{
    private readonly Random _random = new(1);
    private readonly int _operatorSet;

    public TinyModel(int operatorSet = 13, bool channelsLast = false, int batch = 0, int height = 8, int width = 8)
    {
        _operatorSet = operatorSet;
        Graph.Input.Add(Float("x", channelsLast ? [batch, height, width, 3] : [batch, 3, height, width]));
    }

    public GraphProto Graph { get; } = new() { Name = "tiny" };

    public string Node(string operation, string[] inputs, params AttributeProto[] attributes)
    {
        string output = $"v{Graph.Node.Count}";
        Graph.Node.Add(
            new NodeProto
            {
                Name = $"{operation}_{Graph.Node.Count}",
                OpType = operation,
                Input = { inputs },
                Output = { output },
                Attribute = { attributes },
            }
        );
        return output;
    }

    /// <summary>Noise, with the given standard deviation about a mean.</summary>
    public string Weight(long[] dims, double mean = 0, double deviation = 0.4) => Values(
        dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(mean + deviation * (_random.NextDouble() * 2 - 1)))]);

    public string Values(long[] dims, params float[] values)
    {
        string name = $"w{Graph.Initializer.Count}";
        Graph.Initializer.Add(
            new TensorProto
            {
                Name = name,
                DataType = 1,
                Dims = { dims },
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
            }
        );
        return name;
    }

    public string Integers(params long[] values)
    {
        string name = $"w{Graph.Initializer.Count}";
        Graph.Initializer.Add(
            new TensorProto
            {
                Name = name,
                DataType = 7,
                Dims = { values.Length },
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
            }
        );
        return name;
    }

    public string Convolution(string x, int inputs, int outputs, int kernel, params AttributeProto[] attributes) =>
        Node("Conv", [x, Weight([outputs, inputs, kernel, kernel])], attributes);

    /// <summary>Ends with the mean over pixels and a layer to four classes, and gives the bytes.</summary>
    public byte[] Classify(string x, int channels)
    {
        string flat = Node("Flatten", [Node("GlobalAveragePool", [x])]);
        return End(Node("Gemm", [flat, Weight([4, channels]), Weight([4])], Int("transB", 1)));
    }

    public byte[] End(string scores)
    {
        Graph.Output.Add(Float(scores, [0, 4]));
        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = _operatorSet } }, Graph = Graph }.ToByteArray();
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Ints(string name, params long[] values) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Ints,
            Ints = { values },
        };

    public static AttributeProto Number(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Text(string name, string value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.String,
            S = ByteString.CopyFromUtf8(value),
        };

    private static ValueInfoProto Float(string name, long[] dims) => new()
    {
        Name = name,
        Type = new()
        {
            TensorType = new()
            {
                ElemType = 1,
                Shape = new() { Dim = { dims.Select(d => d > 0 ? new TensorShapeProto.Types.Dimension { DimValue = d } : new() { DimParam = "N" }) } },
            },
        },
    };
}
