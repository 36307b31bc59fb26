using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>
/// Which convolutions a CPU computes right in bf16. Where channels do not fill its vectors and blocks, oneDNN (in libtorch 2.10, AVX512-BF16) reads and even
/// writes beyond the end of arrays: the output or the gradient of the input has whatever lies there, often huge or NaN, and the heap may break; compare
/// pytorch/pytorch#163347. The rule comes from comparing some two thousand shapes with fp32.
/// </summary>
internal static class BFloat16Convolution
{
    private const int Lanes = 16; // fp32 numbers in a vector
    private const int Colours = 3;

    /// <summary>Whether the convolution may be computed in bf16; else fp32 has to do.</summary>
    public static bool CanRun(Conv2d layer, Tensor x)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU)
        {
            return true;
        }

        if (
            layer.kernel_size![0] != layer.kernel_size[1]
            || layer.stride![0] != layer.stride[1]
            || layer.padding![0] != layer.padding[1]
            || layer.dilation!.Any(d => d != 1)
        )
        {
            return false; // never compared
        }

        var shape = ConvolutionShape.Of(layer, x.shape[2], x.shape[3]);
        return CanRun(shape) && BFloat16SelfCheck.Here.IsRight(shape);
    }

    /// <summary>Whether the rule allows bf16 for a convolution on a CPU.</summary>
    internal static bool CanRun(ConvolutionShape shape)
    {
        long inputs = shape.Inputs, outputs = shape.Outputs, kernel = shape.Kernel;
        bool fillsVectors = outputs % Lanes == 0 && (inputs % Lanes == 0 || (inputs == Colours && kernel > 1));
        return fillsVectors && shape.EveryTapMeetsTheImage && (shape.Groups > 1
            ? shape.Stride == 1 // the gradient of the input of a strided depthwise one is wrong, and ten times as slow as in fp32
            : kernel == 3 || FillsBlocks(outputs / Lanes));
    }

    // Output channels are gone through in blocks of one to four vectors, the number chosen by the shape of the whole; what is left over at the end comes out
    // wrong with 1x1 kernels, and with those larger than the image. With these numbers nothing was left over, whatever the rest of the shape; twelve is a
    // multiple of all blocks.
    private static bool FillsBlocks(long vectors) => vectors is <= 4 or 6 or 8 or 16 || vectors % 12 == 0;
}
