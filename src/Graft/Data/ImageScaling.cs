namespace Graft.Data;

/// <summary>How images of any size become those of a network, as torchvision does it (bilinear with antialias).</summary>
/// <param name="Resize">What the shorter side is scaled to in pixels.</param>
/// <param name="Crop">The side in pixels of the square that is taken from the middle.</param>
internal sealed record ImageScaling(int Resize, int Crop)
{
    /// <summary>The options that scale so.</summary>
    public ImageOptions ToOptions() => new() { Size = Crop, Resize = Resize };

    /// <summary>
    /// How a network's images are scaled: as its file says, but for what options say; of another size than the file's, options alone count, as what the file
    /// scales to would give another part of the image.
    /// </summary>
    /// <param name="options">What is given; null for nothing.</param>
    /// <param name="own">What the file says; null for nothing.</param>
    public static ImageOptions? Complete(ImageOptions? options, ImageScaling? own) =>
        own is null || (options?.Size is { } size && size != own.Crop)
            ? options
            : (options ?? new()) with { Size = own.Crop, Resize = options?.Resize ?? own.Resize };
}
