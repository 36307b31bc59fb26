using System.CommandLine;
using System.Globalization;
using Graft.Data;

namespace Graft.Cli;

/// <summary><c>--mean</c> and <c>--std</c>: how pixels are normalised, where no file says it.</summary>
internal static class NormalizationOption
{
    public static (Option<string> Mean, Option<string> Std) Create() => (
        new("--mean") { Description = "Mean of each channel, of pixels in [0, 1], e.g. 0.49,0.48,0.45. [default: what the file says]", HelpName = "LIST" },
        new("--std") { Description = "Standard deviation of each channel, likewise.", HelpName = "LIST" });

    /// <summary>What the command line says; null if it does not say.</summary>
    /// <exception cref="ConfigurationException">One is missing, or is no list of numbers, or a deviation is not above 0.</exception>
    public static Normalization? Read(ParseResult parsed, Option<string> mean, Option<string> std) => (parsed.GetValue(mean), parsed.GetValue(std)) switch
    {
        (null, null) => null,
        ({ } means, { } stds) => Checked(new(Numbers(mean.Name, means, _ => true), Numbers(std.Name, stds, value => value > 0))),
        _ => throw new ConfigurationException("--mean and --std go together: give both."),
    };

    /// <summary>Makes sure that there is a number for each channel.</summary>
    /// <exception cref="ConfigurationException">There is not.</exception>
    public static void RequireChannels(Normalization normalization, ImageShape shape)
    {
        if (normalization.Mean.Count != shape.Channels || normalization.Std.Count != shape.Channels)
        {
            throw new ConfigurationException(
                Invariant(
                    $"the normalisation has {normalization.Mean.Count} means and {normalization.Std.Count} deviations; images of {shape} need {shape.Channels} each."
                )
            );
        }
    }

    private static Normalization Checked(Normalization given) =>
        Normalization.AreOfOtherPixels(given.Mean, given.Std)
            ? throw new ConfigurationException($"the normalisation of --mean and --std {Normalization.OtherPixels}")
            : given;

    private static float[] Numbers(string option, string text, Func<float, bool> isValid) => [.. text.Split(',').Select(t =>
        float.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) && isValid(value)
        ? value
        : throw new ConfigurationException($"{option} is '{text}'; it must be numbers separated by commas, one a channel, e.g. 0.49,0.48,0.45."))];
}
