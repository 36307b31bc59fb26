using System.Text.Json;
using Graft.Data;

namespace Graft.Networks;

/// <summary>
/// What files of weights and ONNX files say about the network in them, as text: its name (<c>architecture</c>), the substituted operations by place
/// (<c>operations</c>, JSON), the images it takes (<c>image</c>: 3x32x32) and how their pixels of 0–255 are normalised (<c>normalisation_mean</c>,
/// <c>normalisation_std</c>).
/// </summary>
internal static class NetworkMetadata
{
    public const string Architecture = "architecture", Operations = "operations", Image = "image", Mean = "normalisation_mean", Std = "normalisation_std";

    /// <summary>Describes a network.</summary>
    public static Dictionary<string, string> Describe(Network network, Normalization normalization)
    {
        var substituted = network.Substituted.ToDictionary(p => $"{p.Place}", p => p.Operation.Text);
        return new()
        {
            [Architecture] = network.Definition.Name,
            [Operations] = JsonSerializer.Serialize(substituted),
            [Image] = $"{network.Definition.Image}",
            [Mean] = string.Join(',', normalization.Mean.Select(m => m * 255.0)), // in double, so that reading gives back every bit
            [Std] = string.Join(',', normalization.Std.Select(s => s * 255.0)),
        };
    }

    /// <summary>How a file says that pixels are normalised; null if it does not say.</summary>
    /// <exception cref="DataException">What it says is no list of numbers.</exception>
    public static Normalization? ReadNormalization(IReadOnlyDictionary<string, string> metadata, string path)
    {
        return metadata.TryGetValue(Mean, out var mean) && metadata.TryGetValue(Std, out var std) ? new(Numbers(mean), Numbers(std)) : null;

        float[] Numbers(string text) => text.Split(',').Select(t => double.TryParse(t, out double value)
            ? (float)(value / 255)
            : throw new DataException($"{path}: the metadata's normalisation '{text}' is not a list of numbers.")).ToArray();
    }

    /// <summary>The images that a file says its network takes; null if it does not say.</summary>
    /// <exception cref="DataException">What it says is no shape.</exception>
    public static ImageShape? ReadImage(IReadOnlyDictionary<string, string> metadata, string path) => metadata.GetValueOrDefault(Image) switch
    {
        null => null,
        { } text => ImageShape.TryParse(text) ?? throw new DataException($"{path}: the metadata's image '{text}' is not a shape like 3x32x32."),
    };
}
