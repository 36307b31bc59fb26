using System.Globalization;
using Graft.Runtime;

namespace Graft.Data;

/// <summary>Per-channel normalisation: (byte / 255 − mean) / std. Two are equal if their numbers are.</summary>
/// <param name="Mean">The mean of each channel, of pixels in [0, 1].</param>
/// <param name="Std">The standard deviation of each channel, of pixels in [0, 1].</param>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>What is said of numbers that are not of pixels in [0, 1].</summary>
    internal const string OtherPixels = "has numbers above 1, which pixels in [0, 1] do not give; divide those of pixels of 0–255 by 255.";

    private const string Example = "0.485,0.456,0.406/0.229,0.224,0.225";

    private static readonly Normalization ZeroToOne = new([0, 0, 0], [1, 1, 1]); // pixels in [0, 1]
    private static readonly Normalization AsStored = new([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]); // 0–255: for files that normalise themselves

    // What libraries of pretrained networks use, beside the constants of the known data sets.
    private static readonly (string Name, Normalization Value)[] Common =
    [
        ("imagenet", new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f])), // torchvision
        ("inception", new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f])), // TensorFlow's networks: pixels in [−1, 1]
        ("none", ZeroToOne),
        ("pixels", AsStored),
    ];

    /// <summary>
    /// The names that <see cref="Parse"/> knows: <c>imagenet</c>, <c>inception</c>, for pixels that are not normalised <c>none</c> ([0, 1]) and <c>pixels</c>
    /// (0–255), and the known data sets.
    /// </summary>
    public static IReadOnlyList<string> PresetNames => [.. Presets.Select(preset => preset.Name)];

    private static IEnumerable<(string Name, Normalization Value)> Presets =>
        [.. Common, .. DataCatalog.All.Select(entry => (entry.Name, entry.Normalization))];

    /// <summary>
    /// Reads the name of a preset, or means and deviations as <see cref="ToString"/> writes them: <c>0.485,0.456,0.406/0.229,0.224,0.225</c>.
    /// </summary>
    /// <exception cref="ConfigurationException">It is neither, or a deviation is not above 0.</exception>
    public static Normalization Parse(string text)
    {
        if (Presets.FirstOrDefault(preset => preset.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is (_, { } known))
        {
            return known;
        }

        if (text.Split('/') is [var means, var deviations] && Numbers(means) is { } mean && Numbers(deviations) is { } std
            && mean.Length == std.Length && std.All(IsDeviation))
        {
            return AreOfOtherPixels(mean, std) ? throw new ConfigurationException($"the normalisation '{text}' {OtherPixels}") : new(mean, std);
        }

        throw new ConfigurationException(text.Any(char.IsAsciiDigit) && text.Contains(',', StringComparison.Ordinal)
            ? $"the normalisation '{text}' is not understood; give means and deviations above 0, as many of each, e.g. {Example}."
            : $"the normalisation '{text}' is not known.{NearestName.Hint(text, PresetNames)} Or give means and deviations, e.g. {Example}.");
    }

    /// <summary>Whether pixels can be divided by it: it is at least 1e-8, so that the input's squares are far from the largest fp32 number.</summary>
    internal static bool IsDeviation(float value) => value >= 1e-8f;

    /// <summary>Whether numbers are not those of pixels in [0, 1]: neither their mean nor their deviation is above 1.</summary>
    internal static bool AreOfOtherPixels(params IEnumerable<float>[] numbers) => numbers.Any(list => list.Any(value => value > 1));

    /// <summary>Makes sure that there are numbers for each channel.</summary>
    /// <exception cref="ConfigurationException">There are not.</exception>
    public void RequireChannels(ImageShape shape) => RequireChannels(shape, arePhotographs: false);

    /// <summary>Makes sure that there are numbers for each channel; says where photographs could be converted to what there are numbers for.</summary>
    /// <exception cref="ConfigurationException">There are not.</exception>
    internal void RequireChannels(ImageShape shape, bool arePhotographs)
    {
        if (Mean.Count != shape.Channels || Std.Count != shape.Channels)
        {
            var fit = Mean.Count == Std.Count ? ImageFit.Of(shape, arePhotographs, Mean.Count, height: null, width: null) : null;
            throw new ConfigurationException(
                $"the normalisation has {Plural.Of(Mean.Count, "mean")} and {Plural.Of(Std.Count, "deviation")}; "
                    + Invariant($"images of {shape} need {shape.Channels} each")
                    + (shape.Channels == ImageShape.Grayscale ? ", like 0.5/0.25" : "")
                    + (fit?.Words is { } words ? $". Give these, or {words}." : "."))
            {
                Remedies = fit?.Remedies ?? [],
            };
        }
    }

    /// <summary>What is to be said where a file takes pixels normalised otherwise than is asked for; null where it does not, or nobody says.</summary>
    /// <param name="given">What is asked for; null for nothing.</param>
    /// <param name="path">The file.</param>
    /// <param name="own">What it says of itself; null for nothing.</param>
    /// <param name="consequence">What follows.</param>
    internal static string? Contradiction(Normalization? given, string path, Normalization? own, string consequence) =>
        given is not null && own is not null && given != own
            ? $"{path} says that it takes {own.Words}, the options say {given.Words}: {consequence}."
            : null;

    /// <summary>
    /// For people: <c>pixels normalised by 0.49/0.25</c>, or the presets <c>none</c> and <c>pixels</c>, whose numbers nobody knows by sight, as what they are.
    /// </summary>
    internal string Words =>
        Is(AsStored) ? $"pixels as they are stored, 0–255{Called("pixels")}"
        : Is(ZeroToOne) ? $"pixels from 0 to 1, not normalised{Called("none")}"
        : $"pixels normalised by {this}";

    /// <inheritdoc/>
    public bool Equals(Normalization? other) => other is not null && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in Mean.Concat(Std))
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Means and deviations with every digit that they have: <c>0.485,0.456,0.406/0.229,0.224,0.225</c>.</summary>
    public override string ToString()
    {
        return $"{Text(Mean)}/{Text(Std)}";

        static string Text(IReadOnlyList<float> values) => string.Join(",", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
    }

    private string Called(string preset) => Mean.Count == ImageShape.Rgb ? $" ('{preset}')" : ""; // presets are for RGB

    // In all of its channels, of which there may be another number.
    private bool Is(Normalization preset) => Mean.All(mean => mean == preset.Mean[0]) && Std.All(std => std == preset.Std[0]);

    private static float[]? Numbers(string text)
    {
        var numbers = text.Split(',')
            .Select(part => float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : float.NaN)
            .ToArray();
        return numbers.All(float.IsFinite) ? numbers : null;
    }
}
