using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>
/// Which convolutions a CPU computes right in fp32 on maps that lie channels-last. As with bf16 (<see cref="BFloat16Convolution"/>), oneDNN in libtorch 2.10
/// leaves out what remains behind its last block of output channels: a 1x1 convolution to 512 channels with stride 2 comes out as noise. Of 290 random shapes
/// 46 were wrong, all with 1x1 kernels (to 40, 72, 80, 112, 176, 208, 320, 512, 640, 1024 or 1280 channels) with kernels larger than the map, or in groups.
/// Maps in row-major order are right.
/// </summary>
internal static class ChannelsLastConvolution
{
    /// <summary>Whether the convolution and its gradients are right whatever the layout; else maps and weights have to be row-major.</summary>
    public static bool IsSafe(Conv2d layer, Tensor x)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU)
        {
            return true;
        }

        var kernel = layer.kernel_size!;
        if (layer.groups > 1)
        {
            return layer.groups == layer.out_channels && layer.groups == layer.in_channels && layer.groups % 16 == 0
                && layer.stride![0] == 1 && layer.stride[1] == 1; // as in bf16, the gradient of a strided one's input is wrong
        }

        return (kernel[0] == 1 && kernel[1] == 1
            ? FillsBlocks(layer.out_channels) && FillsBlocks(layer.in_channels) // the gradient of the input swaps the two
            : kernel[0] <= x.shape[2] && kernel[1] <= x.shape[3]);
    }

    /// <summary>
    /// Maps or weights in row-major order, by their strides, too: what has one pixel is contiguous in any order, but libtorch goes by the strides.
    /// </summary>
    public static Tensor RowMajor(Tensor x) => x.reshape(x.shape[0], -1).view(x.shape);

    private static bool FillsBlocks(long channels) => (channels % 16 == 0 && channels / 16 is <= 4 or 6 or 8 or 16) || channels % (12 * 16) == 0;
}
