using Graft.Data;
using Graft.Networks;

namespace Graft.Onnx.Import;

/// <summary>
/// What an ONNX file's metadata say of its images: Graft's own entries, and where there are none Windows ML's, whose keys and values are case-insensitive
/// (https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md).
/// </summary>
internal static class ImageMetadata
{
    private const string Range = "Image.NominalPixelRange", PixelFormat = "Image.BitmapPixelFormat";

    // The mean and the deviation that give pixels of a range.
    private static readonly Dictionary<string, (float Mean, float Std)> Ranges = new(StringComparer.OrdinalIgnoreCase)
    {
        ["NominalRange_0_255"] = (0, 1 / 255f),
        ["Normalized_0_1"] = (0, 1),
        ["Normalized_1_1"] = (0.5f, 0.5f),
    };

    /// <summary>How a file says that pixels are normalised; null if it does not say, or names a range that is not known.</summary>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="path">The file.</param>
    /// <param name="channels">The channels of its images.</param>
    /// <exception cref="DataException">Graft's own entries are no numbers for pixels.</exception>
    public static Normalization? ReadNormalization(IReadOnlyDictionary<string, string> metadata, string path, int channels) =>
        NetworkMetadata.ReadNormalization(metadata, path)
        ?? (Find(metadata, Range) is { } name && Ranges.TryGetValue(name, out var range)
            ? new([.. Enumerable.Repeat(range.Mean, channels)], [.. Enumerable.Repeat(range.Std, channels)])
            : null);

    /// <summary>Makes sure that a file whose normalisation nobody gives names no range of pixels that is not known.</summary>
    /// <exception cref="DataException">It does, and does not say it in Graft's own words either; or these are no numbers for pixels.</exception>
    public static void RequireKnownRange(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (NetworkMetadata.ReadNormalization(metadata, path) is null && Find(metadata, Range) is { } name && !Ranges.ContainsKey(name))
        {
            throw new DataException(
                $"{path}: the metadata's {Range} is '{name}', known are {string.Join(", ", Ranges.Keys)}. Say how pixels are normalised."
            )
            {
                Remedies = [new(Setting.PixelMean), new(Setting.PixelStd)],
            };
        }
    }

    /// <summary>Makes sure that a file takes the channels of its images as red, green, blue: nothing puts them into another order.</summary>
    /// <exception cref="DataException">It takes blue, green, red.</exception>
    public static void RequireRgb(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (Find(metadata, PixelFormat) is { } format && format.StartsWith("Bgr", StringComparison.OrdinalIgnoreCase))
        {
            throw new DataException(
                $"{path} takes the channels of its images as blue, green, red (the metadata's {PixelFormat} is '{format}'), Graft gives red, green, blue. "
                    + "Export it for RGB."
            );
        }
    }

    private static string? Find(IReadOnlyDictionary<string, string> metadata, string key) =>
        metadata.FirstOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;
}
