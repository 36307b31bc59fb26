using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>Runs networks on images without training them.</summary>
internal static class Evaluator
{
    private const int BatchSize = 250; // larger ones fall out of the cache; no faster on CPUs

    /// <summary>Evaluates a network in inference mode (stored batch statistics) and restores its mode.</summary>
    /// <param name="network">The network; on <paramref name="device"/>.</param>
    /// <param name="images">The images.</param>
    /// <param name="normalization">How bytes become the network's input.</param>
    /// <param name="indices">Which images, in which order; null for all.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="DivergedException">The logits are not finite.</exception>
    public static EvaluationResult Evaluate(
        Network network, ImageSet images, Normalization normalization, IReadOnlyList<int>? indices, Device device, CancellationToken cancellation = default)
    {
        bool training = network.training;
        network.eval();
        try
        {
            using var _ = inference_mode();
            var predicted = new List<int>(indices?.Count ?? images.Count);
            int correct = 0;
            double loss = 0;
            foreach (var batch in BatchLoader.InOrder(images, normalization, indices, BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using (batch)
                {
                    var logits = network.call(batch.Images.to(device));
                    if (FiniteValues.Fault(logits) is { } fault)
                    {
                        throw new DivergedException(
                            Invariant($"{network.Definition.Name} gives no scores: its logits hold {fault}, for images {predicted.Count} and following.")
                        );
                    }

                    var labels = batch.Labels.to(device);
                    var best = logits.argmax(1); // [N, K] -> [N]
                    correct += (int)best.eq(labels).sum().item<long>();
                    loss += nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum).item<float>();
                    predicted.AddRange(best.to(ScalarType.Int32).cpu().data<int>());
                }
            }

            return new([.. predicted], correct, loss / predicted.Count);
        }
        finally
        {
            network.train(training);
        }
    }
}
