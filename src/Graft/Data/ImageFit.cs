namespace Graft.Data;

/// <summary>What makes images of one shape those that a network takes.</summary>
/// <param name="Words">What is to be done with them, for the middle of a sentence: <c>scale the images</c>; null where nothing helps.</param>
/// <param name="Remedies">The settings that do it.</param>
internal sealed record ImageFit(string? Words, IReadOnlyList<Remedy> Remedies)
{
    private static readonly ImageFit Impossible = new(null, []);

    /// <summary>A fault of images that are not of one size, with the size that a network takes; null for other faults, and where it takes any.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="side">The side in pixels of the square images that the network takes; null for any, or others.</param>
    public static DataException? WithSide(DataException fault, int? side) =>
        side is not null && fault.Remedies is [{ Setting: Setting.ImageSize, Value: null }]
            ? new DataException(fault.Message, fault) { Remedies = [new(Setting.ImageSize, Invariant($"{side}"))] }
            : null;

    /// <summary>What is to be done with images.</summary>
    /// <param name="images">Their shape.</param>
    /// <param name="arePhotographs">Whether their channels can be chosen.</param>
    /// <param name="channels">The channels that the network takes; null for any.</param>
    /// <param name="height">The height in pixels that it takes; null for any.</param>
    /// <param name="width">The width in pixels that it takes; null for any.</param>
    /// <param name="stored">The images' shape before they were scaled; null where they were not.</param>
    public static ImageFit Of(ImageShape images, bool arePhotographs, int? channels, int? height, int? width, ImageShape? stored = null)
    {
        string? conversion = !arePhotographs || channels == images.Channels ? null
            : channels == ImageShape.Grayscale ? "convert the images to grayscale"
            : channels == ImageShape.Rgb ? "take the images in colour"
            : null;
        bool isScaled = (height ?? images.Height) != images.Height || (width ?? images.Width) != images.Width;
        bool hasItsChannels = channels is null || channels == images.Channels;
        if ((conversion is null && !hasItsChannels) || (isScaled && height != width))
        {
            return Impossible;
        }

        bool fitsAsStored = isScaled && height == stored?.Height && width == stored?.Width;
        Remedy[] remedies =
        [
            .. conversion is not null ? [new(Setting.ImageChannels, Invariant($"{channels}"))] : Array.Empty<Remedy>(),
            .. fitsAsStored ? [new(Setting.ImagesAsStored)]
                : isScaled ? [new(Setting.ImageSize, Invariant($"{width}"))]
                : Array.Empty<Remedy>(),
        ];
        return new(
            (conversion, isScaled) switch
            {
                (not null, true) => $"{conversion} and {(fitsAsStored ? "do not scale" : "scale")} them",
                (null, true) => fitsAsStored ? "take the images as they are stored" : "scale the images",
                _ => conversion,
            },
            remedies
        );
    }
}
