using System.Globalization;

namespace Graft.Data;

/// <summary>The shape of one image.</summary>
/// <param name="Channels">1 for grey, 3 for RGB.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The channels of grayscale images, and of those in colour.</summary>
    internal const int Grayscale = 1, Rgb = 3;

    /// <summary>The number of bytes that an image takes.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>Reads <c>3x32x32</c>; null if the text is not of that form.</summary>
    public static ImageShape? TryParse(string text) =>
        text.Split('x') is [var c, var h, var w]
            && int.TryParse(c, CultureInfo.InvariantCulture, out int channels)
            && int.TryParse(h, CultureInfo.InvariantCulture, out int height)
            && int.TryParse(w, CultureInfo.InvariantCulture, out int width)
            && channels > 0 && height > 0 && width > 0
            ? new(channels, height, width)
            : null;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Channels}x{Height}x{Width}");
}
