using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>How far feature maps are from a teacher's.</summary>
internal static class FeatureError
{
    /// <summary>
    /// The mean squared error, and the teacher's mean square to divide it by; both over all elements, in fp32. libtorch gives the gradient of a squared error
    /// in rows, whatever the order of the maps, and batch norm's backward pass takes about ten times as long where the two differ: so the maps are handed over
    /// with the channels as their last dimension, which is how they lie in memory.
    /// </summary>
    /// <param name="answer">[N, C, H, W], or [N, C] behind a fully connected layer.</param>
    /// <param name="target">The teacher's, of the same shape.</param>
    public static (Tensor Error, Tensor Power) Of(Tensor answer, Tensor target)
    {
        var (x, t) = (ChannelsLast(answer.to(ScalarType.Float32)), ChannelsLast(target.to(ScalarType.Float32)));
        return (nn.functional.mse_loss(x, t), t.Squared().mean());
    }

    private static Tensor ChannelsLast(Tensor maps) => maps.dim() == 4 ? maps.permute(0, 2, 3, 1) : maps;
}
