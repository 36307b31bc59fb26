using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>Cross-entropy on the labels alone.</summary>
/// <param name="labelSmoothing">Label smoothing, in [0, 1).</param>
internal sealed class LabelObjective(double labelSmoothing) : ITrainingObjective
{
    /// <inheritdoc/>
    public (Tensor Loss, Tensor Logits) Of(Network network, Tensor images, Tensor labels)
    {
        var logits = network.call(images); // [N, C, H, W] -> [N, K]
        return (nn.functional.cross_entropy(logits, labels, label_smoothing: labelSmoothing), logits);
    }
}
