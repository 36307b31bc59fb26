using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Graft.Data;

namespace Graft.Networks;

/// <summary>
/// What files of weights and ONNX files say about the network in them, as text: its name (<c>architecture</c>), the substituted operations by place
/// (<c>operations</c>, JSON), the images it takes (<c>image</c>: 3x32x32), how their pixels become its input (<c>input</c>, a formula, with <c>input_mean</c>
/// and <c>input_std</c> of pixels in [0, 1]; older files have <c>normalisation_mean</c> and <c>normalisation_std</c> of pixels of 0–255) and the names of its
/// classes in the order of its scores (<c>classes</c>, a JSON list). Exported files may also say how images of other sizes become its own (<c>input_resize</c>,
/// what the shorter side is scaled to, and <c>input_crop</c>, the side of the middle that is taken), their test accuracy, in [0, 1] (<c>graft.accuracy</c>; in
/// fp32 unless <c>graft.accuracy_precision</c> says another), their latency (<c>graft.latency</c>) and what they are from: an acceleration or a study, the row
/// of its table and the trial's seed.
/// </summary>
internal static class NetworkMetadata
{
    public const string Architecture = "architecture",
        Operations = "operations",
        Image = "image",
        Input = "input",
        Mean = "input_mean",
        Std = "input_std",
        Resize = "input_resize",
        Crop = "input_crop",
        Classes = "classes",
        Accuracy = "graft.accuracy",
        AccuracyPrecision = "graft.accuracy_precision",
        Latency = "graft.latency",
        Acceleration = "graft.acceleration",
        Study = "graft.study",
        Row = "graft.row",
        Seed = "graft.seed",
        Weights = "weights",
        WeightsSha256 = "weights_sha256",
        Own = "graft.";

    private const string OldMean = "normalisation_mean",
        OldStd = "normalisation_std";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Whether an entry says something of one network's values, which is not true of another of its layout: where they come from, what was measured.
    /// </summary>
    public static bool IsOfOneNetwork(string key) => key.StartsWith(Own, StringComparison.Ordinal) || key is Operations or Weights or WeightsSha256;

    /// <summary>Makes sure that there is a name for each class, or none at all.</summary>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    public static void RequireNames(Network network, IReadOnlyList<string> classNames)
    {
        if (classNames.Count > 0 && classNames.Count != network.Definition.Classes)
        {
            throw new ArgumentException(Invariant($"{classNames.Count} names for {network.Definition.Classes} classes."), nameof(classNames));
        }
    }

    /// <summary>Describes a network.</summary>
    public static Dictionary<string, string> Describe(Network network, Normalization normalization, IReadOnlyList<string> classNames)
    {
        var substituted = network.Substituted.ToDictionary(p => p.Place.ToString(), p => p.Operation.Text);
        var metadata = new Dictionary<string, string>
        {
            [Architecture] = network.Definition.Name,
            [Operations] = JsonSerializer.Serialize(substituted),
        };
        foreach (var (key, text) in OfPixels(network.Definition.Image, normalization))
        {
            metadata[key] = text;
        }

        if (classNames.Count > 0)
        {
            var (key, names) = Of(classNames);
            metadata[key] = names;
        }

        return metadata;
    }

    /// <summary>What says the images and how their pixels become input.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OfPixels(ImageShape image, Normalization normalization) =>
    [
        new(Image, $"{image}"),
        new(Input, $"(pixel / 255 - {Mean}) / {Std}"),
        new(Mean, string.Join(",", normalization.Mean.Select(m => Invariant($"{m:R}")))),
        new(Std, string.Join(",", normalization.Std.Select(s => Invariant($"{s:R}")))),
    ];

    /// <summary>A test accuracy, in [0, 1], as files say it.</summary>
    public static KeyValuePair<string, string> OfAccuracy(double accuracy) => new(Accuracy, Invariant($"{accuracy:0.0000}"));

    /// <summary>A latency as files say it.</summary>
    /// <param name="ms">The latency in milliseconds.</param>
    /// <param name="target">Where it was measured, in words.</param>
    public static KeyValuePair<string, string> OfLatency(double ms, string target) => new(Latency, Invariant($"{ms:0.0000} ms on {target}"));

    /// <summary>What says how images of other sizes become the network's; nothing where they were taken as they were stored.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OfScaling(ImageScaling? scaling) => scaling is null
        ? []
        : [new(Resize, Invariant($"{scaling.Resize}")), new(Crop, Invariant($"{scaling.Crop}"))];

    /// <summary>How a file says that images of other sizes become its network's; null if it does not say.</summary>
    /// <exception cref="DataException">What it says are no numbers of pixels, or more is to be cropped than there is.</exception>
    public static ImageScaling? ReadScaling(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.TryGetValue(Resize, out var resize) || !metadata.TryGetValue(Crop, out var crop))
        {
            return null;
        }

        return int.TryParse(resize, NumberStyles.None, CultureInfo.InvariantCulture, out int side)
            && int.TryParse(crop, NumberStyles.None, CultureInfo.InvariantCulture, out int middle)
            && new ImageScaling(side, middle) is var scaling && !scaling.ToOptions().Faults("").Any()
                ? scaling
                : throw new DataException(
                    $"{path}: the metadata's {Resize} and {Crop} are '{resize}' and '{crop}', expected numbers of pixels, the first at least the second.");
    }

    /// <summary>
    /// How pixels become input, in the scale of 0–255 that versions before this one read in files of weights: without it they would take the data's own
    /// normalisation in silence.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> ForOlderVersions(Normalization normalization) =>
    [
        new(OldMean, string.Join(",", normalization.Mean.Select(m => Invariant($"{255 * m:R}")))),
        new(OldStd, string.Join(",", normalization.Std.Select(s => Invariant($"{255 * s:R}")))),
    ];

    /// <summary>What says the names of the classes.</summary>
    public static KeyValuePair<string, string> Of(IReadOnlyList<string> classNames) => new(Classes, JsonSerializer.Serialize(classNames, Readable));

    /// <summary>How a file says that pixels are normalised; null if it does not say.</summary>
    /// <exception cref="DataException">What it says is no list of finite numbers, or a deviation is not above 0, or the numbers are of other
    /// pixels.</exception>
    public static Normalization? ReadNormalization(IReadOnlyDictionary<string, string> metadata, string path)
    {
        return Read(Mean, Std, 1) ?? Read(OldMean, OldStd, 255);

        Normalization? Read(string meanKey, string stdKey, double white)
        {
            if (!metadata.TryGetValue(meanKey, out var means) || !metadata.TryGetValue(stdKey, out var stds))
            {
                return null;
            }

            var normalization = new Normalization(
                Numbers(meanKey, means, white, _ => true, "numbers"),
                Numbers(stdKey, stds, white, Normalization.IsDeviation, "numbers above 0")
            );

            // Pixels of 0–255 that deviate by less than 1 are no images: what is meant are pixels in [0, 1], and the other way round.
            bool areOthers = white > 1 ? normalization.Std.Any(s => s * white < 0.99) : Normalization.AreOfOtherPixels(normalization.Mean, normalization.Std);
            return areOthers
                ? throw new DataException(
                    Invariant(
                        $"{path}: the metadata's {meanKey} and {stdKey} are '{means}' and '{stds}', which pixels of 0–{white} do not give. Write {Mean} and {Std} of pixels of 0–1, or give them here."
                    )
                )
                {
                    Remedies = [new(Setting.PixelMean), new(Setting.PixelStd)],
                }
                : normalization;
        }

        float[] Numbers(string key, string text, double white, Func<float, bool> isValid, string expected) =>
            [
                .. text.Split(',')
                    .Select(t =>
                        double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                        && (float)(value / white) is var pixel
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
