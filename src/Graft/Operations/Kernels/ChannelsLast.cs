using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>Feature maps as kernels take them: with the channels as the last dimension.</summary>
internal static class ChannelsLast
{
    /// <summary>[N, C, H, W] -> [N, H, W, C], contiguous; copies only what does not lie so already.</summary>
    public static Tensor Rows(Tensor x)
    {
        using var permuted = x.permute(0, 2, 3, 1);
        return permuted.contiguous();
    }
}
