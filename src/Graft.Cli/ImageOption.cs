using System.CommandLine;
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
    private readonly Option<string> _normalization = new("--normalization") { Description = "imagenet, cifar10, … or M,M,M/S,S,S.", HelpName = "NAME" };

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [_size, _resize, _normalization];

    /// <summary>What the command line says, over what a plan says; null where neither says anything.</summary>
    public ImageOptions? Read(ParseResult parsed, ImageOptions? plan)
    {
        var (size, resize, normalization) = (parsed.GetValue(_size), parsed.GetValue(_resize), parsed.GetValue(_normalization));
        return (size, resize, normalization) is (null, null, null)
            ? plan
            : new() { Size = size ?? plan?.Size, Resize = resize ?? plan?.Resize, Normalization = normalization ?? plan?.Normalization };
    }
}
