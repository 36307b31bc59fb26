namespace Graft.Operations;

/// <summary>A part of a feature map: some of its channels, and every n-th pixel from an offset on.</summary>
public sealed record Part
{
    /// <summary>The first channel.</summary>
    public int FirstChannel { get; init; }

    /// <summary>How many channels; null for all that follow.</summary>
    public int? Channels { get; init; }

    /// <summary>The first row and column.</summary>
    public Pair Offset { get; init; }

    /// <summary>Rows and columns behind the last one that is taken; null for all.</summary>
    public Pair? End { get; init; }

    /// <summary>The distance of rows and columns.</summary>
    /// <value>Default: <c>1</c>.</value>
    public Pair Step { get; init; } = 1;

    /// <summary>Whether all pixels are taken.</summary>
    internal bool TakesAllPixels => Offset == default && End is null && Step == 1;

    internal FeatureShape Of(FeatureShape x)
    {
        var end = End ?? new(x.Height, x.Width);
        return new(
            Channels ?? x.Channels - FirstChannel,
            Size(Math.Min(end.Height, x.Height), Offset.Height, Step.Height),
            Size(Math.Min(end.Width, x.Width), Offset.Width, Step.Width)
        );

        static int Size(int end, int start, int step) => Math.Max(0, (end - start + step - 1) / step);
    }
}
