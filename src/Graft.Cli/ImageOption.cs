using System.CommandLine;
using System.Globalization;
using Graft.Cli.Completion;
using Graft.Data;

namespace Graft.Cli;

/// <summary>The options that say how images become the network's input.</summary>
internal sealed class ImageOption
{
    private readonly Option<int?> _size = new("--image-size") { Description = "Scale and crop images to that many pixels a side.", HelpName = "N" };
    private readonly Option<int?> _resize = new("--resize")
    {
        Description = "What the shorter side is scaled to before (default: 8/7 of the size).",
        HelpName = "N",
    };
    private readonly Option<bool> _grayscale = new("--grayscale") { Description = "Convert photographs in folders to grayscale, for networks of one channel." };
    private readonly Option<string> _normalization = new("--normalization")
    {
        Description = "imagenet, cifar10, …, none (0–1), pixels (0–255) or M,M,M/S,S,S.",
        HelpName = "NAME",
        CompletionSources = { Offers.Normalizations },
    };

    private readonly Option<string> _mean = new("--mean") { Description = "Mean of each channel, of pixels in [0, 1]: 0.49,0.48,0.45.", HelpName = "LIST" };
    private readonly Option<string> _std = new("--std") { Description = "Standard deviation of each channel, likewise.", HelpName = "LIST" };

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [.. Decoding, _normalization, _mean, _std];

    /// <summary>Those that say what is read of the files.</summary>
    public IEnumerable<Option> Decoding => [_size, _resize, _grayscale];

    /// <summary>What the command line says, over what a plan says; null where neither says anything.</summary>
    /// <exception cref="ConfigurationException">--mean or --std is missing, or is no list of numbers, or --normalization says it as well.</exception>
    public ImageOptions? Read(ParseResult parsed, ImageOptions? plan)
    {
        var (size, resize, grayscale, normalization) =
            (parsed.GetValue(_size), parsed.GetValue(_resize), parsed.GetValue(_grayscale), NormalizationOf(parsed));
        return (size, resize, grayscale, normalization) is (null, null, false, null)
            ? plan
            : new()
            {
                Size = size ?? plan?.Size,
                Resize = resize ?? ((size ?? plan?.Size) == plan?.Size ? plan?.Resize : null), // of another size it would be another part of the image
                Channels = grayscale ? ImageShape.Grayscale : plan?.Channels,
                Normalization = normalization ?? plan?.Normalization,
            };
    }

    /// <summary>The same over what a network's file says of the size: where the command line gives another, it alone counts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="own">How the file says that images of other sizes become its own; null for nothing.</param>
    /// <exception cref="ConfigurationException">As <see cref="Read(ParseResult, ImageOptions?)"/>.</exception>
    public ImageOptions? Read(ParseResult parsed, ImageScaling? own) =>
        ImageScaling.Complete(Read(parsed, (ImageOptions?)null), own);

    /// <summary>The options that read files as a plan does, each after a blank, for a command that is to be the next.</summary>
    /// <param name="images">What the plan says; null for nothing.</param>
    public static string Decoded(ImageOptions? images) =>
        (images?.Scaling is { } scaling ? Invariant($" --image-size {scaling.Crop} --resize {scaling.Resize}") : "")
        + (images?.Channels == ImageShape.Grayscale ? " --grayscale" : "");

    /// <summary>How the command line says that pixels are normalised; null if it does not.</summary>
    public Normalization? ReadNormalization(ParseResult parsed) => NormalizationOf(parsed) is { } text ? Normalization.Parse(text) : null;

    /// <summary>Says that what the command line gives is not what a file says of itself, where that is so.</summary>
    /// <param name="terminal">Is written to.</param>
    /// <param name="given">What the command line says; null for nothing.</param>
    /// <param name="path">The file.</param>
    /// <param name="own">What it says; null for nothing.</param>
    /// <param name="consequence">What follows.</param>
    public static void NoteContradiction(Terminal terminal, Normalization? given, string path, Normalization? own, string consequence) =>
        terminal.WriteProgressNote(Normalization.Contradiction(given, path, own, consequence));

    /// <summary>Says that images are not scaled as a network's file says, where that is so.</summary>
    /// <param name="terminal">Is written to.</param>
    /// <param name="taken">How they are scaled; null for not at all.</param>
    /// <param name="path">The file.</param>
    /// <param name="own">What it says; null for nothing.</param>
    /// <param name="consequence">What follows.</param>
    public static void NoteContradiction(Terminal terminal, ImageScaling? taken, string path, ImageScaling? own, string consequence)
    {
        if (own is not null && taken is not null && taken != own)
        {
            terminal.WriteProgressNote(Invariant(
                $"{path} says that the shorter side is scaled to {own.Resize} pixels and the middle {own.Crop}x{own.Crop} taken, the options say {taken.Resize} and {taken.Crop}x{taken.Crop}: {consequence}."
            ));
        }
    }

    /// <summary>The options as they were given, each after a blank, for a command that is to be the next.</summary>
    public string Repeat(ParseResult parsed) => string.Concat(All.Select(option => (option.Name, Given: parsed.GetResult(option)))
        .Where(o => o.Given is { Implicit: false })
        .Select(o => o.Given!.Tokens.Count == 0 ? $" {o.Name}" : $" {o.Name} {Format.Argument(o.Given.Tokens[0].Value)}"));

    private string? NormalizationOf(ParseResult parsed) =>
        (parsed.GetValue(_normalization), parsed.GetValue(_mean), parsed.GetValue(_std)) switch
        {
            (var name, null, null) => name,
            (null, { } mean, { } std) => Checked(
                Numbers(_mean.Name, mean, _ => true, "numbers"), Numbers(_std.Name, std, Normalization.IsDeviation, "numbers above 0")),
            (null, _, _) => throw new ConfigurationException("--mean and --std go together: give both."),
            _ => throw new ConfigurationException("--normalization says what --mean and --std say: give the one or the others."),
        };

    private static string Checked(float[] mean, float[] std) =>
        Normalization.AreOfOtherPixels(mean, std)
            ? throw new ConfigurationException($"the normalisation of --mean and --std {Normalization.OtherPixels}")
            : new Normalization(mean, std).ToString();

    private static float[] Numbers(string option, string text, Func<float, bool> isValid, string expected) => [.. text.Split(',').Select(t =>
        float.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) && isValid(value)
            ? value
            : throw new ConfigurationException($"{option} is '{text}'; it must be {expected} separated by commas, one a channel, e.g. 0.49,0.48,0.45."))];
}
