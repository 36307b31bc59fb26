using Graft.Data;
using Graft.Networks;
using Graft.Onnx.Schema;
using Graft.Operations;
using static TorchSharp.torch;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>Proves an import: the network and the file itself, in ONNX Runtime, answer the same images. What reads a file wrongly cannot pass.</summary>
internal static class ImportCheck
{
    private const int Images = 3;

    /// <summary>The difference that rounding may make, as a part of the largest logit.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The largest difference of two logits, as a part of the largest logit.</summary>
    public static double Difference(ImportedNetwork import, Network network) => Difference(import, import.File.Model, network);

    /// <summary>The same for another model with the file's input and logits.</summary>
    public static double Difference(ImportedNetwork import, ModelProto model, Network network, CancellationToken cancellation = default)
    {
        var comparison = Compare(import, model, network, images: null, cancellation);
        return comparison.MaxDifference == 0 ? 0 : comparison.MaxDifference / comparison.LargestLogit; // NaN stays NaN
    }

    /// <summary>
    /// Runs a model with the file's input and logits, and a network in inference mode and fp32, on the same images; the network's mode and precision are
    /// restored.
    /// </summary>
    /// <param name="import">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="images">Normalised images in batches that are disposed; null for seeded noise.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <param name="answers">Hears the network's answers; null for nobody.</param>
    public static OnnxComparison Compare(
        ImportedNetwork import,
        ModelProto model,
        Network network,
        IEnumerable<Batch>? images,
        CancellationToken cancellation,
        AnswerCheck? answers = null)
    {
        using var mode = inference_mode();
        using var runtime = OnnxModel.Load(Model(import, model), import.File.Path);
        var (training, precision) = (network.training, network.Precision);
        network.eval();
        network.Precision = Precision.Float32;
        try
        {
            var result = OnnxComparison.Nothing;
            foreach (var batch in images ?? [OnnxCheck.Noise(import.Definition.Image, Images)])
            {
                using (batch)
                using (NewDisposeScope())
                {
                    cancellation.ThrowIfCancellationRequested();
                    var expected = Reference(import, runtime, batch.Images);
                    var actual = network.call(batch.Images);
                    result = result.And(expected, actual, Tolerance);
                    answers?.Add(actual);
                }
            }

            return result.Required(nameof(images));
        }
        finally
        {
            network.train(training);
            network.Precision = precision;
        }
    }

    /// <summary>Makes sure that they agree.</summary>
    /// <param name="import">The file.</param>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="DataException">They do not, or ONNX Runtime cannot load the file.</exception>
    public static void Require(ImportedNetwork import, Network network, CancellationToken cancellation = default)
    {
        RequireLoads(import, import.File.Model);
        double difference = Difference(import, import.File.Model, network, cancellation);
        if (!(difference <= Tolerance))
        {
            throw new DataException(
                Invariant(
                    $"{import.File.Path} cannot be imported: the network in Graft and ONNX Runtime on the file differ by {difference:0.0e+0} of the largest logit "
                ) + Invariant($"(at most {Tolerance:0.0e+0} may be rounding). Please report it with the file.")
            );
        }
    }

    /// <summary>
    /// Makes sure that ONNX Runtime takes a model as it is. Models in fp16 are compared in fp32, which mends what is wrong with their types.
    /// </summary>
    /// <exception cref="DataException">It does not.</exception>
    public static void RequireLoads(ImportedNetwork import, ModelProto model)
    {
        if (model.Graph.Initializer.Any(tensor => tensor.DataType == (int)DataType.Float16))
        {
            OnnxModel.Load(Google.Protobuf.MessageExtensions.ToByteArray(import.File.Whole(model)), import.File.Path).Dispose();
        }
    }

    /// <summary>The file's logits, [N, K], each image by itself or as many at once as the file is made for.</summary>
    private static Tensor Reference(ImportedNetwork import, OnnxModel runtime, Tensor x)
    {
        int batch = import.Graph.Batch;
        var logits = new List<Tensor>();
        foreach (var one in x.split(1))
        {
            var input = one.expand([batch, .. one.shape[1..]]);
            float[] values = runtime.Run(import.Graph.ChannelsLast ? input.permute(0, 2, 3, 1) : input);
            logits.Add(tensor(values[..(values.Length / batch)]));
        }

        return stack([.. logits]);
    }

    // The file up to its logits, in fp32, whole.
    private static byte[] Model(ImportedNetwork import, ModelProto source)
    {
        var model = import.File.Whole(source);
        var graph = model.Graph;
        foreach (var tensor in graph.Initializer)
        {
            ToSingle(tensor);
        }

        foreach (var attribute in graph.Node.SelectMany(n => n.Attribute))
        {
            if (attribute.T is { } tensor)
            {
                ToSingle(tensor);
            }

            if (attribute is { Name: "to", I: (long)DataType.Float16 })
            {
                attribute.I = (long)DataType.Float;
            }
        }

        foreach (var input in graph.Input.Where(i => i.Type?.TensorType?.ElemType == (int)DataType.Float16))
        {
            input.Type.TensorType.ElemType = (int)DataType.Float;
        }

        graph.ValueInfo.Clear();
        graph.Output.Clear();
        graph.Output.Add(new ValueInfoProto
        {
            Name = import.Graph.LogitsName,
            Type = new() { TensorType = new() { ElemType = (int)DataType.Float } },
        });
        return Google.Protobuf.MessageExtensions.ToByteArray(model);
    }

    private static void ToSingle(TensorProto tensor)
    {
        if (tensor.DataType == (int)DataType.Float16 && ConstantValue.Read(tensor) is { } value)
        {
            tensor.DataType = (int)DataType.Float;
            tensor.Int32Data.Clear();
            tensor.RawData = ConstantValue.Encode(value.ToFloats(), DataType.Float);
        }
    }
}
