namespace Graft.Data.Readers;

/// <summary>
/// Images scaled so that their shorter side has a given length, of which the middle is taken: torchvision's <c>Resize</c> and <c>CenterCrop</c> on Pillow's
/// images.
/// </summary>
/// <param name="source">Has the images as they are stored.</param>
/// <param name="shorterSide">What the shorter side is scaled to.</param>
/// <param name="size">The side of the square that is taken, at most <paramref name="shorterSide"/>.</param>
internal sealed class ScaledImages(IImageStore source, int shorterSide, int size) : IImageStore
{
    /// <inheritdoc/>
    public bool IsInMemory => false; // scaling takes as long as decoding

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Read(int index, Span<byte> buffer)
    {
        using var image = source.ReadStored(index);
        var (_, height, width) = image.Shape;
        var (scaledHeight, scaledWidth) = height <= width
            ? (shorterSide, (int)((long)shorterSide * width / height))
            : ((int)((long)shorterSide * height / width), shorterSide);
        var window = new PixelWindow(Middle(scaledHeight), Middle(scaledWidth), size, size);
        Resampling.Resize(image, new PixelWindow(0, 0, height, width), scaledHeight, scaledWidth, window, buffer);
        return buffer[..(size * size * image.Shape.Channels)];
    }

    /// <inheritdoc/>
    public StoredImage ReadStored(int index) => source.ReadStored(index);

    // Python's round, to even.
    private int Middle(int length) => (int)Math.Round((length - size) / 2.0, MidpointRounding.ToEven);
}
