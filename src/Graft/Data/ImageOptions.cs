using System.Text.Json.Serialization;
using Graft.Runtime;
using YamlDotNet.Serialization;

namespace Graft.Data;

/// <summary>
/// How images become the network's input, where that is not as they are stored: part of a plan. Nothing is set by default; what is set becomes part of the
/// data's fingerprint.
/// </summary>
public sealed record ImageOptions
{
    private const int LargestSide = 4096;

    /// <summary>
    /// The side in pixels of the square images that the network gets: the shorter side is scaled to <see cref="Resize"/>, then the middle is taken, as
    /// torchvision does it
    /// (bilinear with antialias). Null: images are taken as they are stored, and must have one size. From 8 to 4,096.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Size { get; init; }

    /// <summary>
    /// What the shorter side is scaled to, at least <see cref="Size"/>; equal to it for images that shall not be cropped. Null: 8/7 of <see cref="Size"/>,
    /// the usual 256 for 224.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Resize { get; init; }

    /// <summary>
    /// How pixels are normalised: a preset (<c>imagenet</c>, <c>cifar10</c>, …) or means and deviations (<c>0.485,0.456,0.406/0.229,0.224,0.225</c>). Null:
    /// the constants of the
    /// known data set, or those that are measured on the training images.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Normalization { get; init; }

    /// <summary>
    /// Channels that photographs in folders are decoded to: 1 converts them to grayscale (ITU-R BT.601 luma, as Pillow's mode L), 3 is RGB. Null: RGB. Images
    /// of other data have the channels that they are stored with.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public int? Channels { get; init; }

    /// <summary>The channels that photographs are decoded to.</summary>
    internal int PhotographChannels => Channels ?? ImageShape.Rgb;

    /// <summary>What the shorter side is scaled to, if images are scaled at all.</summary>
    internal int ShorterSide => Resize ?? (Size is { } size ? (int)Math.Round(size * 8 / 7.0) : 0);

    /// <summary>How images are scaled; null where they are taken as they are stored.</summary>
    internal ImageScaling? Scaling => Size is { } size ? new(ShorterSide, size) : null;

    /// <summary>
    /// What is to be said where images have the size already, and are enlarged and cropped all the same, as nothing says what they are scaled to before; null
    /// otherwise.
    /// </summary>
    /// <param name="data">What the data set is called.</param>
    /// <param name="stored">The shape of the images before they are scaled; null where it is not known.</param>
    internal string? Remark(string data, ImageShape? stored) => Resize is null && Size is { } size && stored?.Height == size && stored.Width == size
        ? Invariant($"{data}: the images are of {size}x{size} pixels already; they are enlarged to {ShorterSide}x{ShorterSide} and the middle is taken. ")
            + Invariant($"Leave the size out, or scale to {size} before, to take them whole.")
        : null;

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Size is < 8 or > LargestSide)
        {
            yield return Invariant($"{section}.size is {Size}; it must be from 8 to {LargestSide} pixels.");
        }

        if (Resize is { } resize && (Size is not { } size || resize < size || resize > 2 * LargestSide))
        {
            yield return Size is null
                ? Invariant($"{section}.resize is {resize}, but {section}.size is not set; give the size of the network's images too.")
                : Invariant($"{section}.resize is {resize}; it must be from {section}.size ({Size}) to {2 * LargestSide} pixels.");
        }

        if (Channels is not (null or ImageShape.Grayscale or ImageShape.Rgb))
        {
            yield return Invariant($"{section}.channels is {Channels}; it must be 1 for grayscale or 3 for RGB.");
        }

        if (Normalization is not null && NormalizationFault(Normalization) is { } fault)
        {
            yield return $"{section}.normalization: {fault}";
        }
    }

    /// <summary>Makes sure that data which are not decoded from photographs have the channels that are asked for.</summary>
    /// <exception cref="ConfigurationException">They have others.</exception>
    internal void RequireChannels(string data, ImageShape image)
    {
        if (Channels is { } wanted && wanted != image.Channels)
        {
            throw new ConfigurationException(
                Invariant($"{data} has images of {Plural.Of(image.Channels, "channel")}, {wanted} are asked for; only photographs in folders are converted.")
            );
        }
    }

    /// <summary>What is said of data that these options have changed, for their fingerprint; null if nothing is set that changes them.</summary>
    /// <param name="own">How the data are normalised unless something else is said; null for unknown.</param>
    /// <param name="channels">The channels that the data have before.</param>
    internal string? Describe(Normalization? own, int channels)
    {
        var given = Normalization is null ? null : Data.Normalization.Parse(Normalization);
        var scaled = Size is { } size ? Invariant($"size={size};resize={ShorterSide};") : "";
        var normalised = given is null || (Size is null && given == own) ? "" : $"normalization={given};";
        var converted = Channels is { } wanted && wanted != channels ? Invariant($"channels={wanted};") : "";
        return scaled.Length + normalised.Length + converted.Length > 0 ? scaled + normalised + converted : null;
    }

    private static string? NormalizationFault(string text)
    {
        try
        {
            Data.Normalization.Parse(text);
            return null;
        }
        catch (ConfigurationException exception)
        {
            return exception.Message;
        }
    }
}
