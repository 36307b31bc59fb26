namespace Graft.Data.Augmentations;

/// <summary>Blends with the smoothed image.</summary>
internal static class Sharpening
{
    /// <summary>0 is smooth, 1 the image, above 1 sharper. The outermost pixels stay as they are.</summary>
    /// <param name="source">The image [H, W, C].</param>
    /// <param name="target">Another buffer with the same image; gets the result.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="factor">Between smooth and sharp.</param>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> target, ImageShape shape, float factor)
    {
        int channels = shape.Channels, stride = shape.Width * channels;
        for (var y = 1; y < shape.Height - 1; y++)
        {
            for (var i = (y * stride) + channels; i < ((y + 1) * stride) - channels; i++)
            {
                int above = i - stride, below = i + stride;
                var sum = source[above - channels] + source[above] + source[above + channels]
                    + source[i - channels] + (5 * source[i]) + source[i + channels]
                    + source[below - channels] + source[below] + source[below + channels];
                target[i] = Tones.Blend(((2 * sum) + 13) / 26, source[i], factor); // sum / 13, rounded
            }
        }
    }
}
