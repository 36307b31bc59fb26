using System.Runtime.InteropServices;
using SkiaSharp;

namespace Graft.Data.Readers;

/// <summary>Decodes PNG and JPEG files to RGB. Transparency is dropped, colour profiles and EXIF orientation are ignored, as Python's loaders do.</summary>
internal static class ImageDecoder
{
    /// <summary>The shape of an image, from its header.</summary>
    /// <exception cref="DataException">The file is not an image.</exception>
    public static ImageShape ReadShape(string path)
    {
        using var codec = Open(path);
        return new ImageShape(3, codec.Info.Height, codec.Info.Width);
    }

    /// <summary>Decodes an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The shape that it must have.</param>
    /// <param name="target">Gets the bytes [H, W, 3].</param>
    /// <exception cref="DataException">The file is damaged, or of another size.</exception>
    public static void Decode(string path, ImageShape expected, Span<byte> target)
    {
        using var codec = Open(path);
        if (codec.Info.Width != expected.Width || codec.Info.Height != expected.Height)
        {
            throw new DataException(
                Invariant($"{path}: {codec.Info.Width}x{codec.Info.Height} pixels, expected {expected.Width}x{expected.Height} as the first image; ")
                + "scale or crop all images to one size.");
        }

        // Without a colour space no conversion takes place: the stored values are what is wanted.
        using var bitmap = new SKBitmap(new SKImageInfo(expected.Width, expected.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            throw new DataException($"{path}: the image is damaged ({result}); replace or remove it.");
        }

        var colours = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        for (var i = 0; i < colours.Length; i++)
        {
            target[3 * i] = (byte)colours[i];
            target[(3 * i) + 1] = (byte)(colours[i] >> 8);
            target[(3 * i) + 2] = (byte)(colours[i] >> 16);
        }
    }

    private static SKCodec Open(string path)
    {
        try
        {
            using var data = SKData.CreateCopy(File.ReadAllBytes(path));
            return SKCodec.Create(data) ?? throw new DataException($"{path}: not a PNG or JPEG image; replace or remove it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({exception.Message}).", exception);
        }
    }
}
