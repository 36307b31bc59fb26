using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>What a training minimises. Called by several threads at once, each with a network of its own.</summary>
internal interface ITrainingObjective
{
    /// <summary>Runs a network on images.</summary>
    /// <param name="network">The network that learns.</param>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="labels">[N].</param>
    /// <returns>The mean loss over the images, a scalar, and the logits [N, K].</returns>
    (Tensor Loss, Tensor Logits) Of(Network network, Tensor images, Tensor labels);
}
