using Graft.Data;

namespace Graft.Onnx.Import;

/// <summary>What Windows ML's metadata say of images: https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md, <c>Image.NominalPixelRange</c>.</summary>
internal static class ImageMetadata
{
    /// <summary>The normalisation that gives pixels the range that the file says; null if it says none.</summary>
    public static Normalization? ReadNormalization(IReadOnlyDictionary<string, string> metadata, int channels)
    {
        (float Mean, float Std)? range = metadata.GetValueOrDefault("Image.NominalPixelRange") switch
        {
            "NominalRange_0_255" => (0, 1 / 255f),
            "Normalized_0_1" => (0, 1),
            "Normalized_1_1" => (0.5f, 0.5f),
            _ => null,
        };
        return range is { } r ? new([.. Enumerable.Repeat(r.Mean, channels)], [.. Enumerable.Repeat(r.Std, channels)]) : null;
    }
}
