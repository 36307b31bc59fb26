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

    // These make much of little: a few bytes may ask for terabytes.
    private static bool GrowsTooLarge(NodeProto node, IReadOnlyList<ConstantValue?> inputs)
    {
        double size = node.OpType switch
        {
            "ConstantOfShape" => Product(inputs[0]),
            "Expand" => Product(inputs[1]) * Math.Max(1, inputs[0]?.Count ?? 1),
            "Tile" => Product(inputs[1]) * (inputs[0]?.Count ?? 1),
            "Range" when inputs.Count == 3 => inputs.All(i => i is { Count: 1 }) ? Math.Abs((double)inputs[1]!.ToFloats()[0] - inputs[0]!.ToFloats()[0]) / Math.Max(1e-9, Math.Abs(inputs[2]!.ToFloats()[0])) : 0,
            "Resize" or "Upsample" or "OneHot" or "Pad" => double.PositiveInfinity,
            _ => 0,
        };
        return size > MaxElements;

        static double Product(ConstantValue? value) => value?.ToIntegers().Aggregate(1.0, (a, b) => a * Math.Max(1, b)) ?? 0;
    }
}
