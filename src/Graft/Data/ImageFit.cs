namespace Graft.Data;

/// <summary>What makes images of one shape those that a network takes.</summary>
/// <param name="Words">What is to be done with them, for the middle of a sentence: <c>scale the images</c>; null where nothing helps.</param>
/// <param name="Remedies">The settings that do it.</param>
internal sealed record ImageFit(string? Words, IReadOnlyList<Remedy> Remedies)
{
    private static readonly ImageFit Impossible = new(null, []);

    /// <summary>What is to be done with images.</summary>
    /// <param name="images">Their shape.</param>
    /// <param name="arePhotographs">Whether their channels can be chosen.</param>
    /// <param name="channels">The channels that the network takes; null for any.</param>
    /// <param name="height">The height in pixels that it takes; null for any.</param>
    /// <param name="width">The width in pixels that it takes; null for any.</param>
    public static ImageFit Of(ImageShape images, bool arePhotographs, int? channels, int? height, int? width)
    {
        bool toGrayscale = arePhotographs && channels == ImageShape.Grayscale && images.Channels == ImageShape.Rgb;
        bool isScaled = (height ?? images.Height) != images.Height || (width ?? images.Width) != images.Width;
        bool hasItsChannels = channels is null || channels == images.Channels;
        if ((!toGrayscale && !hasItsChannels) || (isScaled && height != width))
        {
            return Impossible;
        }

        Remedy[] remedies =
        [
            .. toGrayscale ? [new(Setting.ImageChannels, Invariant($"{ImageShape.Grayscale}"))] : Array.Empty<Remedy>(),
            .. isScaled ? [new(Setting.ImageSize, Invariant($"{width}"))] : Array.Empty<Remedy>(),
        ];
        return new(
            (toGrayscale, isScaled) switch
            {
                (true, true) => "convert the images to grayscale and scale them",
                (true, false) => "convert the images to grayscale",
                (false, true) => "scale the images",
                _ => null,
            },
            remedies
        );
    }
}
