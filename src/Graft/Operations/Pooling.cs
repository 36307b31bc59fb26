namespace Graft.Operations;

/// <summary>How a feature map is pooled.</summary>
public sealed record Pooling
{
    /// <summary>Whether the largest value of a window is taken, not the mean.</summary>
    public required bool TakesMax { get; init; }

    /// <summary>The window.</summary>
    public required Pair Kernel { get; init; }

    /// <summary>The distance of windows.</summary>
    public Pair Stride { get; init; } = 1;

    /// <summary>What is added around the map: for the mean zeros, which count as values or not.</summary>
    public Edges Padding { get; init; }

    /// <summary>The distance of pixels in a window; 1 for means.</summary>
    public Pair Dilation { get; init; } = 1;

    /// <summary>Whether a last window that is not full counts.</summary>
    public bool CeilMode { get; init; }

    /// <summary>Whether padding counts as values of a mean.</summary>
    public bool CountsPadding { get; init; }

    internal FeatureShape Of(FeatureShape x) => new(
        x.Channels,
        Size(x.Height, Kernel.Height, Stride.Height, Padding.Top, Padding.Bottom, Dilation.Height),
        Size(x.Width, Kernel.Width, Stride.Width, Padding.Left, Padding.Right, Dilation.Width));

    // As in libtorch, a last window must begin within the map or the padding before it.
    private int Size(int size, int kernel, int stride, int before, int after, int dilation)
    {
        int room = size + before + after - dilation * (kernel - 1) - 1;
        int windows = (CeilMode ? (room + stride - 1) / stride : room / stride) + 1;
        return CeilMode && (windows - 1) * stride >= size + before ? windows - 1 : windows;
    }
}
