using TorchSharp.Modules;

namespace Graft.Operations.Kernels;

/// <summary>All that decides which code computes a convolution: the layer and the size of its input.</summary>
internal readonly record struct ConvolutionShape(int Inputs, int Outputs, int Kernel, int Stride, int Padding, int Groups, int Height, int Width)
{
    /// <summary>
    /// The shape of a layer on an input of a height and width. Kernel, stride and padding are square, without dilation: see <see cref="LayerFactory"/>.
    /// </summary>
    public static ConvolutionShape Of(Conv2d layer, long height, long width) =>
        new(
            (int)layer.in_channels,
            (int)layer.out_channels,
            (int)layer.kernel_size![0],
            (int)layer.stride![0],
            (int)layer.padding![0],
            (int)layer.groups,
            (int)height,
            (int)width
        );

    /// <summary>
    /// Whether each weight of the kernel meets the image somewhere. Those that do not have a gradient of zero, which oneDNN leaves unwritten in bf16: seen with
    /// 3x3 kernels on 1x1 images and 5x5 ones on 2x2.
    /// </summary>
    public bool EveryTapMeetsTheImage
    {
        get
        {
            var shape = this;
            return Enumerable.Range(0, Kernel).All(tap => shape.Meets(tap, shape.Height) && shape.Meets(tap, shape.Width));
        }
    }

    /// <summary>The name under which a self-check's result is kept, e.g. <c>16-32-k3-s1-p1-g1-8x8</c>.</summary>
    public override string ToString() => Invariant($"{Inputs}-{Outputs}-k{Kernel}-s{Stride}-p{Padding}-g{Groups}-{Height}x{Width}");

    private bool Meets(int tap, int size)
    {
        int outputs = (size + 2 * Padding - Kernel) / Stride + 1;
        for (int y = 0, at = tap - Padding; y < outputs; y++, at += Stride)
        {
            if (at >= 0 && at < size)
            {
                return true;
            }
        }

        return false;
    }
}
