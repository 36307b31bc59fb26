using Google.Protobuf;
using Graft.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>Computes nodes whose inputs are all known, by ONNX Runtime itself: every operator of every operator set, as it is meant.</summary>
internal sealed class ConstantEvaluator(ModelProto model)
{
    private const long MaxElements = 1L << 28;
    private const int IrVersion = 8;

    private double _elements; // of all values so far: they are kept

    /// <summary>The outputs of a node; null if it cannot be computed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">What it takes; null for inputs that are left out.</param>
    public IReadOnlyList<ConstantValue>? Evaluate(NodeProto node, IReadOnlyList<ConstantValue?> inputs)
    {
        if (GrowsTooLarge(node, inputs))
        {
            return null;
        }

        var graph = new GraphProto { Name = "constant", Node = { node } };
        graph.Initializer.Add(inputs.OfType<ConstantValue>().DistinctBy(v => v.Name).Select(v => v.ToProto()));
        graph.Output.Add(node.Output.Where(name => name.Length > 0).Select(name => new ValueInfoProto { Name = name }));
        var single = new ModelProto { IrVersion = Math.Min(model.IrVersion, IrVersion), OpsetImport = { model.OpsetImport }, Graph = graph };
        try
        {
            using var options = new SessionOptions
            {
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
                IntraOpNumThreads = 1,
            };
            using var session = new InferenceSession(single.ToByteArray(), options);
            using var run = new RunOptions();
            using var results = session.Run(run, [], [], session.OutputNames);
            return [.. session.OutputNames.Zip(results, Read)];
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    private static ConstantValue Read(string name, OrtValue value)
    {
        var type = value.GetTensorTypeAndShape();
        return new(name, (DataType)(int)type.ElementDataType, type.Shape, ByteString.CopyFrom(value.GetTensorMutableRawData()));
    }

    // What makes much of little: a few bytes may ask for terabytes. The number of elements is a bound, not always the number itself.
    private bool GrowsTooLarge(NodeProto node, IReadOnlyList<ConstantValue?> inputs)
    {
        double size = node.OpType switch
        {
            "ConstantOfShape" => Product(inputs[0]),
            "Expand" => Product(inputs[1]) * Math.Max(1, inputs[0]?.Count ?? 1),
            "Tile" => Product(inputs[1]) * (inputs[0]?.Count ?? 1),
            "Range" when inputs.Count == 3 => inputs.All(i => i is { Count: 1 })
                ? Math.Abs((double)inputs[1]!.ToFloats()[0] - inputs[0]!.ToFloats()[0]) / Math.Max(1e-9, Math.Abs(inputs[2]!.ToFloats()[0]))
                : 0,
            "Resize" or "Upsample" or "OneHot" or "Pad" => double.PositiveInfinity,
            "Gather" => inputs.Count == 2 && inputs[0] is { Dims: [var rows, ..] } table && inputs[1] is { } indices
                ? (double)indices.Count * table.Count / (table.Dims.Count == 1 ? Math.Max(1, rows) : Math.Max(1, table.Dims.Min()))
                : double.PositiveInfinity,
            "Gemm" or "Einsum" or "GatherND" or "GatherElements" => inputs.OfType<ConstantValue>().Aggregate(1.0, (n, v) => n * Math.Max(1, v.Count)),
            _ => Math.Max(Broadcast(inputs), inputs.Sum(i => (double)(i?.Count ?? 0))),
        };
        _elements += size;
        return !(_elements <= MaxElements);

        // [n, 1] and [1, m] give [n, m].
        static double Broadcast(IReadOnlyList<ConstantValue?> values) => Enumerable.Range(1, values.Max(v => v?.Dims.Count) ?? 0).Aggregate(
            1.0, (n, fromEnd) => n * values.OfType<ConstantValue>().Max(v => fromEnd <= v.Dims.Count ? Math.Max(1, v.Dims[^fromEnd]) : 1));

        static double Product(ConstantValue? value) => value?.ToIntegers().Aggregate(1.0, (a, b) => a * Math.Max(1, b)) ?? 0;
    }
}
