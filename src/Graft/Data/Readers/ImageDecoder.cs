using System.Runtime.InteropServices;
using Graft.Data.Augmentations;
using Graft.Formats;
using SkiaSharp;

namespace Graft.Data.Readers;

/// <summary>
/// Decodes image files to RGB or grayscale; of an animation the first frame. Transparency is dropped, colour profiles and EXIF orientation are ignored, as
/// Python's loaders do.
/// </summary>
internal static class ImageDecoder
{
    // What SkiaSharp decodes; it reads no TIFF.
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif"];

    /// <summary>The endings of the files that are taken, in words.</summary>
    public static string ExtensionList { get; } = $"{string.Join(", ", Extensions[..^1])} or {Extensions[^1]}";

    /// <summary>Whether a file is taken for an image, by its name.</summary>
    public static bool Takes(string name) => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>The shape of an image, from its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">The channels that it is decoded to: 1 or 3.</param>
    /// <exception cref="DataException">The file is not an image.</exception>
    public static ImageShape ReadShape(string path, int channels)
    {
        using var codec = Open(path, out _);
        return new ImageShape(channels, codec.Info.Height, codec.Info.Width);
    }

    /// <summary>Decodes an image of a known size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The shape that it must have, of 1 channel or 3.</param>
    /// <param name="target">Gets the bytes [H, W, C].</param>
    /// <exception cref="DataException">The file is damaged, or of another size.</exception>
    public static void Decode(string path, ImageShape expected, Span<byte> target)
    {
        using var codec = Open(path, out var bytes);
        if (codec.Info.Width != expected.Width || codec.Info.Height != expected.Height)
        {
            throw new DataException(
                Invariant($"{path}: {codec.Info.Width}x{codec.Info.Height} pixels, expected {expected.Width}x{expected.Height}, the most frequent size; ")
                + "scale and crop all images to one size.")
            {
                Remedies = [new(Setting.ImageSize)],
            };
        }

        Decode(codec, bytes, path, expected.Channels, target);
    }

    /// <summary>Decodes an image of any size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">The channels that it is decoded to: 1 or 3.</param>
    /// <returns>The image [H, W, C]; the caller disposes it.</returns>
    /// <exception cref="DataException">The file is damaged.</exception>
    public static StoredImage Decode(string path, int channels)
    {
        using var codec = Open(path, out var bytes);
        var image = StoredImage.Rent(new ImageShape(channels, codec.Info.Height, codec.Info.Width));
        try
        {
            Decode(codec, bytes, path, channels, image.Writable);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static void Decode(SKCodec codec, byte[] file, string path, int channels, Span<byte> target)
    {
        // Without a colour space no conversion takes place: the stored values are what is wanted.
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
        {
            throw new DataException(Invariant($"{path}: {codec.Info.Width}x{codec.Info.Height} pixels do not fit into memory; scale the image down."));
        }

        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            throw new DataException($"{path}: the image is damaged ({result}); replace or remove it.");
        }

        var colours = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        if (codec.EncodedFormat == SKEncodedImageFormat.Gif && codec.Info.AlphaType != SKAlphaType.Opaque)
        {
            // Other formats keep the colours of transparent pixels; here they come without.
            var (red, green, blue) = GifPalette.TransparentColour(file);
            colours.Replace(0u, (uint)(red | (green << 8) | (blue << 16)));
        }

        if (channels == ImageShape.Grayscale)
        {
            for (var i = 0; i < colours.Length; i++)
            {
                target[i] = (byte)Tones.Luma((byte)colours[i], (byte)(colours[i] >> 8), (byte)(colours[i] >> 16));
            }

            return;
        }

        for (var i = 0; i < colours.Length; i++)
        {
            target[3 * i] = (byte)colours[i];
            target[(3 * i) + 1] = (byte)(colours[i] >> 8);
            target[(3 * i) + 2] = (byte)(colours[i] >> 16);
        }
    }

    private static SKCodec Open(string path, out byte[] bytes)
    {
        try
        {
            bytes = File.ReadAllBytes(path);
            using var data = SKData.CreateCopy(bytes);
            return SKCodec.Create(data) ?? throw new DataException(FoundContent.Of(bytes) switch
            {
                null or FoundContent.TextFile => $"{path}: not an image of a known format ({ExtensionList}); replace or remove it.",
                { } found when found.EndsWith(" image", StringComparison.Ordinal) => $"{path}: {found} that is damaged or cut short; replace or remove it.",
                { } found => $"{path}: not an image that can be read but {found}.",
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({exception.Message}).", exception);
        }
    }
}
