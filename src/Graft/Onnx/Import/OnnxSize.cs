using Google.Protobuf;
using Graft.Onnx.Schema;

namespace Graft.Onnx.Import;

/// <summary>
/// How much a file holds, counted before anything is built of it: a small file can hold millions of nodes, weights or entries, each of which takes a hundred
/// times its bytes once it is parsed.
/// </summary>
internal sealed class OnnxSize
{
    private const int MaxNodes = 50_000, MaxFields = 2_000_000, MaxDepth = 100;

    private readonly byte[] _bytes;
    private readonly ImportFault _fault;
    private int _nodes, _fields;

    private OnnxSize(byte[] bytes, ImportFault fault)
    {
        _bytes = bytes;
        _fault = fault;
    }

    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Training,
        Function,
        Other, // without graphs in it
    }

    /// <summary>Refuses a file that holds too much.</summary>
    /// <exception cref="DataException">It does.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is damaged.</exception>
    public static void Check(byte[] bytes, ImportFault fault) => new OnnxSize(bytes, fault).Count(Message.Model, 0, bytes.Length, depth: 0);

    private void Count(Message message, int offset, int length, int depth)
    {
        if (message == Message.Node && ++_nodes > MaxNodes)
        {
            throw _fault.Of($"has more than {MaxNodes} nodes; networks of up to {MaxNodes} can be imported.");
        }

        if (depth > MaxDepth)
        {
            throw _fault.Of($"has graphs within graphs, more than {MaxDepth} deep.");
        }

        using var input = new CodedInputStream(_bytes, offset, length);
        long origin = input.Position;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (++_fields > MaxFields)
            {
                throw _fault.Of($"has more than {MaxFields} entries (weights, inputs, attributes, metadata); files of up to {MaxFields} can be imported.");
            }

            long start = input.Position - origin;
            input.SkipLastField();
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited && Within(message, WireFormat.GetTagFieldNumber(tag)) is { } inner)
            {
                int end = offset + (int)(input.Position - origin);
                using var field = new CodedInputStream(_bytes, offset + (int)start, end - offset - (int)start);
                int size = field.ReadLength();
                Count(inner, end - size, size, depth + 1);
            }
        }
    }

    // What message a field holds; null for numbers, bytes and text.
    private static Message? Within(Message message, int field) =>
        (message, field) switch
        {
            (Message.Model, ModelProto.GraphFieldNumber) => Message.Graph,
            (Message.Model, ModelProto.TrainingInfoFieldNumber) => Message.Training,
            (Message.Model, ModelProto.FunctionsFieldNumber) => Message.Function,
            (Message.Training, TrainingInfoProto.InitializationFieldNumber or TrainingInfoProto.AlgorithmFieldNumber) => Message.Graph,
            (Message.Function, FunctionProto.NodeFieldNumber) => Message.Node,
            (Message.Graph, GraphProto.NodeFieldNumber) => Message.Node,
            (
                Message.Graph,
                GraphProto.InitializerFieldNumber
                    or GraphProto.InputFieldNumber
                    or GraphProto.OutputFieldNumber
                    or GraphProto.ValueInfoFieldNumber
            ) => Message.Other,
            (Message.Node, NodeProto.AttributeFieldNumber) => Message.Attribute,
            (Message.Attribute, AttributeProto.GFieldNumber or AttributeProto.GraphsFieldNumber) => Message.Graph,
            (Message.Attribute, AttributeProto.TFieldNumber or AttributeProto.TensorsFieldNumber) => Message.Other,
            _ => null,
        };
}
