using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Graft.Data;

namespace Graft.Networks;

/// <summary>
/// What files of weights and ONNX files say about the network in them, as text: its name (<c>architecture</c>), the substituted operations by place
/// (<c>operations</c>, JSON), the images it takes (<c>image</c>: 3x32x32), how their pixels of 0–255 are normalised (<c>normalisation_mean</c>,
/// <c>normalisation_std</c>) and the names of its classes in the order of its scores (<c>classes</c>, a JSON list).
/// </summary>
internal static class NetworkMetadata
{
    public const string Architecture = "architecture",
        Operations = "operations",
        Image = "image",
        Mean = "normalisation_mean",
        Std = "normalisation_std",
        Classes = "classes";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Describes a network.</summary>
    public static Dictionary<string, string> Describe(Network network, Normalization normalization, IReadOnlyList<string> classNames)
    {
        var substituted = network.Substituted.ToDictionary(p => p.Place.ToString(), p => p.Operation.Text);
        var metadata = new Dictionary<string, string>
        {
            [Architecture] = network.Definition.Name,
            [Operations] = JsonSerializer.Serialize(substituted),
            [Image] = $"{network.Definition.Image}",
            [Mean] = string.Join(",", normalization.Mean.Select(m => Invariant($"{m * 255.0}"))), // in double, so that reading gives back every bit
            [Std] = string.Join(",", normalization.Std.Select(s => Invariant($"{s * 255.0}"))),
        };
        if (classNames.Count > 0)
        {
            metadata[Classes] = JsonSerializer.Serialize(classNames, Readable);
        }

        return metadata;
    }

    /// <summary>How a file says that pixels are normalised; null if it does not say.</summary>
    /// <exception cref="DataException">What it says is no list of finite numbers, or a deviation is not above 0.</exception>
    public static Normalization? ReadNormalization(IReadOnlyDictionary<string, string> metadata, string path)
    {
        return metadata.TryGetValue(Mean, out var mean) && metadata.TryGetValue(Std, out var std)
            ? new(Numbers(Mean, mean, _ => true, "numbers"), Numbers(Std, std, value => value > 0, "numbers above 0"))
            : null;

        float[] Numbers(string key, string text, Func<float, bool> isValid, string expected) =>
            [
                .. text.Split(',')
                    .Select(t =>
                        double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                        && (float)(value / 255) is var pixel
                        && float.IsFinite(pixel)
                        && isValid(pixel)
                            ? pixel
                            : throw new DataException(
                                $"{path}: the metadata's {key} is '{text}', expected finite {expected} with commas between them, one a channel."
                            )
                    ),
            ];
    }

    /// <summary>The names of the classes that a file says; empty if it does not say them.</summary>
    /// <exception cref="DataException">What it says is no list of names.</exception>
    public static IReadOnlyList<string> ReadClassNames(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.TryGetValue(Classes, out var text))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(text) is { } names && names.All(name => name is not null)
                ? names
                : throw new JsonException("a name is null");
        }
        catch (JsonException e)
        {
            throw new DataException($"{path}: the metadata's classes are not a JSON list of names: {e.Message}", e);
        }
    }

    /// <summary>The images that a file says its network takes; null if it does not say.</summary>
    /// <exception cref="DataException">What it says is no shape.</exception>
    public static ImageShape? ReadImage(IReadOnlyDictionary<string, string> metadata, string path) => metadata.GetValueOrDefault(Image) switch
    {
        null => null,
        { } text => ImageShape.TryParse(text) ?? throw new DataException($"{path}: the metadata's image '{text}' is not a shape like 3x32x32."),
    };
}
