using System.Text.Json.Serialization;
using YamlDotNet.Serialization;

namespace Graft.Data;

/// <summary>
/// How training images are varied. Applied in this order: crop (padded, or random and scaled), flip, TrivialAugment (all on bytes), normalisation, cutout.
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>No augmentation at all.</summary>
    public static AugmentationOptions None { get; } = new() { CropPadding = 0, Flip = false };

    /// <summary>
    /// Pixels of black added on each side before a random crop of the original size is taken; 0 for no crop. Default 4 (Zagoruyko and Komodakis 2016, section
    /// 3).
    /// </summary>
    /// <value>Default: <c>4</c>.</value>
    public int CropPadding { get; init; } = 4;

    /// <summary>
    /// The smallest share of an image's area that a random part may have, which is scaled to the network's size, with an aspect ratio from 3:4 to 4:3
    /// (Szegedy et al. 2015,
    /// section 6; torchvision's RandomResizedCrop; usual 0.08 on ImageNet, 0.35 for short training). Takes the place of the padded crop and works on images
    /// as they are stored, before
    /// they are scaled. Null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public double? RandomResizedCrop { get; init; }

    /// <summary>Whether every second image, by chance, is mirrored left to right.</summary>
    /// <value>Default: <c>true</c>.</value>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Side in pixels of the square that is set to zero after normalisation, its centre anywhere in the image, clipped at the border
    /// (DeVries and Taylor 2017, section 3.2; 16 on CIFAR-10, 8 on CIFAR-100); 0 for none.
    /// </summary>
    public int CutoutSize { get; init; }

    /// <summary>Whether one random operation of the "wide" space is applied (Müller and Hutter 2021, table 1: 14 operations, 31 magnitudes).</summary>
    public bool TrivialAugment { get; init; }

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (CropPadding is < 0 or > 16)
        {
            yield return Invariant($"{section}.cropPadding is {CropPadding}; it must be from 0 to 16 pixels.");
        }

        if (RandomResizedCrop is { } share && !(share is > 0 and <= 1))
        {
            yield return Invariant($"{section}.randomResizedCrop is {share}; it must be above 0 and at most 1, a share of the image's area.");
        }

        if (CutoutSize is < 0 or > 64)
        {
            yield return Invariant($"{section}.cutoutSize is {CutoutSize}; it must be from 0 to 64 pixels.");
        }
    }
}
