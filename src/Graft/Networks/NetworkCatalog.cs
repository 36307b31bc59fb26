using System.Globalization;
using System.Text.RegularExpressions;
using Graft.Data;
using Graft.Formats;

namespace Graft.Networks;

/// <summary>The networks that can be made by name.</summary>
public static partial class NetworkCatalog
{
    /// <summary>Names that are used often, with the depth and width of the papers.</summary>
    public static IReadOnlyList<string> CommonNames { get; } =
        ["wrn-16-1", "wrn-16-2", "wrn-28-10", "wrn-40-2", "resnet-20", "resnet-32", "resnet-44", "resnet-56", "resnet-110"];

    private static readonly List<INetworkSource> Sources = [];

    /// <summary>Adds a source of networks that <see cref="Define"/> asks before it makes one itself.</summary>
    /// <param name="source">The source. What it makes by a name must always be the same, as other sources may know the name, too.</param>
    /// <returns>Dispose it to take the source away again.</returns>
    public static IDisposable Register(INetworkSource source)
    {
        lock (Sources)
        {
            Sources.Add(source);
        }

        return new Registration(source);
    }

    /// <summary>The layout of a network by name: <c>wrn-d-k</c> (d = 6n + 4) or <c>resnet-d</c> (d = 6n + 2), or one of a registered source.</summary>
    /// <param name="name">The name, e.g. <c>wrn-40-2</c>.</param>
    /// <param name="image">The images that it takes; height and width are multiples of 4.</param>
    /// <param name="classes">The number of classes, from 1 to 1,000,000.</param>
    /// <exception cref="ConfigurationException">There is no such network, or it cannot take such images or so many classes.</exception>
    public static NetworkDefinition Define(string name, ImageShape image, int classes)
    {
        lock (Sources)
        {
            if (Sources.Select(source => source.TryDefine(name, image, classes)).FirstOrDefault(d => d is not null) is { } known)
            {
                return known;
            }
        }

        if (image.Height % 4 != 0 || image.Width % 4 != 0 || image.Height < 8 || image.Width < 8)
        {
            throw new ConfigurationException($"{name} halves images twice: {image} is not possible, height and width must be multiples of 4 from 8 up.");
        }

        if (image.Channels is < 1 or > 1024 || classes is < 1 or > 1_000_000)
        {
            throw new ConfigurationException(
                Invariant(
                    $"{name} for {image.Channels} channels and {classes} classes is not possible: channels must be from 1 to 1024, classes from 1 to 1000000."
                )
            );
        }

        if (WideResNetName().Match(name) is { Success: true } wide)
        {
            int depth = Number(wide, "depth"), width = Number(wide, "width");
            return depth >= 10 && depth % 6 == 4 && width >= 1
                ? WideResNet.Define(depth, width, image, classes)
                : throw new ConfigurationException($"There is no '{name}': the depth of a WRN is 6n + 4 (10, 16, 22, 28, 34, 40, …) and its width at least 1.");
        }

        if (ResNetName().Match(name) is { Success: true } residual)
        {
            int depth = Number(residual, "depth");
            return depth >= 8 && depth % 6 == 2
                ? ResNet.Define(depth, image, classes)
                : throw new ConfigurationException($"There is no '{name}': the depth of a CIFAR ResNet is 6n + 2 (8, 14, 20, 32, 44, 56, 110, …).");
        }

        string lower = name.Trim().ToLowerInvariant();
        if (lower != name && (WideResNetName().IsMatch(lower) || ResNetName().IsMatch(lower)))
        {
            throw new ConfigurationException($"Unknown network '{name}'. Names are written in small letters: '{lower}'.");
        }

        if (ImportName().IsMatch(name))
        {
            throw new ConfigurationException($"The network '{name}' comes from an ONNX file that is not known here. Name the file.")
            {
                Remedies = [new(Setting.Network, "model.onnx")],
            };
        }

        if (ForeignResNetName().IsMatch(lower))
        {
            throw new ConfigurationException(
                $"Unknown network '{name}'. CIFAR ResNets have 6n+2 layers and are written resnet-DEPTH: resnet-20, resnet-32, resnet-44, resnet-56, resnet-110. "
                    + "Another ResNet comes in as an ONNX file."
            )
            {
                Remedies = [new(Setting.Network, "model.onnx")],
            };
        }

        if (WeightFile.IsNamedLikeOne(name))
        {
            throw new ConfigurationException(
                $"'{name}' is named like a file of weights, and weights are no network. "
                    + "Networks are wrn-DEPTH-WIDTH, resnet-DEPTH and ONNX files; weights are given apart."
            )
            {
                Remedies = [new(Setting.TeacherWeights, name)],
            };
        }

        string hint = NearestName.Of(name, CommonNames) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        throw new ConfigurationException(
            $"Unknown network '{name}'.{hint} Networks are wrn-DEPTH-WIDTH (wrn-40-2), resnet-DEPTH (resnet-20) and ONNX files (model.onnx)."
        );
    }

    /// <summary>
    /// The layout of a network that Graft makes itself, for some images: positions and their paths are the same for all. Null for other names.
    /// </summary>
    /// <param name="name">The network's name.</param>
    internal static NetworkDefinition? LayoutOf(string name) => LayOut(name).Layout;

    /// <summary>What is wrong with a name of the form of Graft's own networks: no network has such a depth or width. Null for others.</summary>
    /// <param name="name">The network's name.</param>
    internal static string? FaultOf(string name) => LayOut(name).Fault;

    /// <summary>
    /// The networks of the same family that are shallower or narrower and not the reverse, e.g. for <c>wrn-16-2</c>: <c>wrn-10-1</c>, <c>wrn-10-2</c>,
    /// <c>wrn-16-1</c>.
    /// </summary>
    /// <param name="name">The network's name.</param>
    public static IReadOnlyList<string> SmallerThan(string name)
    {
        if (WideResNetName().Match(name) is { Success: true } wide)
        {
            int depth = Number(wide, "depth"), width = Number(wide, "width");
            return [.. from d in Depths(10, depth) from w in Enumerable.Range(1, width) where (d, w) != (depth, width) select Invariant($"wrn-{d}-{w}")];
        }

        return ResNetName().Match(name) is { Success: true } residual
            ? [.. Depths(8, Number(residual, "depth") - 1).Select(d => Invariant($"resnet-{d}"))]
            : [];

        static IEnumerable<int> Depths(int least, int most) =>
            Enumerable.Range(0, Math.Max(0, (most - least) / 6 + 1)).Select(i => least + 6 * i).Where(d => d <= most);
    }

    private sealed class Registration(INetworkSource source) : IDisposable
    {
        public void Dispose()
        {
            lock (Sources)
            {
                Sources.Remove(source);
            }
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static (NetworkDefinition? Layout, string? Fault) LayOut(string name)
    {
        try
        {
            return (WideResNetName().IsMatch(name) || ResNetName().IsMatch(name) ? Define(name, new(3, 32, 32), classes: 10) : null, null);
        }
        catch (ConfigurationException e)
        {
            return (null, e.Message);
        }
    }

    [GeneratedRegex(@"^wrn-(?<depth>[0-9]{1,4})-(?<width>[0-9]{1,2})$")]
    private static partial Regex WideResNetName();

    // As others write the networks for large photographs: resnet18, ResNet50, resnet_34.
    [GeneratedRegex(@"^resnet_?(?<depth>[0-9]{1,4})$")]
    private static partial Regex ForeignResNetName();

    // As weights of a network that came in as an ONNX file name it.
    [GeneratedRegex("^onnx-[0-9a-f]{12}$")]
    private static partial Regex ImportName();

    [GeneratedRegex(@"^resnet-(?<depth>[0-9]{1,4})$")]
    private static partial Regex ResNetName();
}
