using Graft.Networks;
using Graft.Onnx.Schema;
using static TorchSharp.torch;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>Proves an import: the network and the file itself, in ONNX Runtime, answer the same images. What reads a file wrongly cannot pass.</summary>
internal static class ImportCheck
{
    private const int Images = 3;
    private const double Tolerance = 1e-4; // of the largest logit

    /// <summary>The largest difference of two logits, as a part of the largest logit.</summary>
    public static double Difference(ImportedNetwork import, Network network) => Difference(import, import.File.Model, network);

    /// <summary>The same for another model with the file's input and logits.</summary>
    public static double Difference(ImportedNetwork import, ModelProto model, Network network)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var generator = new Generator(1);
        bool training = network.training;
        network.eval();
        try
        {
            var image = import.Definition.Image;
            var x = randn([Images, image.Channels, image.Height, image.Width], generator: generator);
            var expected = Reference(import, model, x);
            var actual = network.call(x);
            double largest = expected.abs().max().item<float>();
            double difference = (actual - expected).abs().max().item<float>();
            return difference == 0 ? 0 : difference / largest; // NaN stays NaN
        }
        finally
        {
            network.train(training);
        }
    }

    /// <summary>Makes sure that they agree.</summary>
    /// <exception cref="DataException">They do not.</exception>
    public static void Require(ImportedNetwork import, Network network)
    {
        double difference = Difference(import, network);
        if (!(difference <= Tolerance))
        {
            throw new DataException(
                Invariant($"{import.File.Path} cannot be imported: the network in Graft and ONNX Runtime on the file differ by {difference:0.0e+0} of the largest logit ") +
                Invariant($"(at most {Tolerance:0.0e+0} may be rounding). Please report it with the file."));
        }
    }

    /// <summary>The file's logits, [N, K], each image by itself or as many at once as the file is made for.</summary>
    private static Tensor Reference(ImportedNetwork import, ModelProto source, Tensor x)
    {
        using var runtime = OnnxModel.Load(Model(import, source), import.File.Path);
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
