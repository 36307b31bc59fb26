namespace Graft.Operations.Kernels;

/// <summary>A depthwise convolution: of each channel with a square kernel of its own.</summary>
internal readonly record struct DepthwiseShape(int Images, int Channels, int Height, int Width, int Kernel, int Stride, int Padding)
{
    public int OutputHeight => (Height + 2 * Padding - Kernel) / Stride + 1;

    public int OutputWidth => (Width + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Numbers of an image of the input.</summary>
    public long InputSize => (long)Height * Width * Channels;

    /// <summary>Numbers of an image of the output.</summary>
    public long OutputSize => (long)OutputHeight * OutputWidth * Channels;
}
