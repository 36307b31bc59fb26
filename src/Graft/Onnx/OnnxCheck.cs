using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>Compares a network with its ONNX form.</summary>
internal static class OnnxCheck
{
    private const int NoiseImages = 64;

    /// <summary>Runs both on the same images, the network in inference mode and fp32; its mode and precision are restored.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="model">Its ONNX form.</param>
    /// <param name="images">Normalised images; null for seeded noise.</param>
    /// <param name="answers">Hears the network's answers; null for nobody.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    public static OnnxComparison Compare(
        Network network, byte[] model, IEnumerable<Batch>? images, AnswerCheck? answers, CancellationToken cancellation)
    {
        var (training, precision) = (network.training, network.Precision);
        network.eval();
        network.Precision = Precision.Float32;
        try
        {
            using var mode = inference_mode();
            using var runtime = OnnxModel.Load(model, network.Definition.Name);
            var result = OnnxComparison.Nothing;
            foreach (var batch in images ?? [Noise(network.Definition.Image, NoiseImages)])
            {
                using (batch)
                using (NewDisposeScope())
                {
                    cancellation.ThrowIfCancellationRequested();
                    var expected = network.call(batch.Images);
                    if (FiniteValues.Fault(expected) is { } fault)
                    {
                        throw new DataException(
                            $"{network.Definition.Name}: its logits hold {fault}: the weights are damaged, or the pixels normalised wrongly. Nothing is written."
                        );
                    }

                    var actual = tensor(runtime.Run(batch.Images), expected.shape);
                    result = result.And(expected, actual);
                    answers?.Add(expected);
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

    /// <summary>A batch of seeded noise, [N, C, H, W].</summary>
    internal static Batch Noise(ImageShape shape, int count)
    {
        using var generator = new Generator(1);
        using var scope = NewDisposeScope();
        var images = randn([count, shape.Channels, shape.Height, shape.Width], generator: generator);
        return new(images.DetachFromDisposeScope(), zeros([count], ScalarType.Int64).DetachFromDisposeScope());
    }
}
