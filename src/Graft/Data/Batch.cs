using static TorchSharp.torch;

namespace Graft.Data;

/// <summary>Images and labels as tensors on the CPU. Whoever takes it from a loader disposes it; it belongs to no dispose scope.</summary>
public sealed class Batch : IDisposable
{
    internal Batch(Tensor images, Tensor labels)
    {
        Images = images;
        Labels = labels;
    }

    /// <summary>Normalised images: float32 [N, C, H, W] in channels-last memory.</summary>
    public Tensor Images { get; }

    /// <summary>Class indices: int64 [N].</summary>
    public Tensor Labels { get; }

    /// <summary>The number of images, N.</summary>
    public int Count => (int)Labels.shape[0];

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
