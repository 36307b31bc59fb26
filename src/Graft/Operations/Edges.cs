namespace Graft.Operations;

/// <summary>How many pixels are added at each side of a feature map.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
public readonly record struct Edges(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether opposite sides get the same, as layers of convolution and pooling take it.</summary>
    public bool IsSymmetric => Top == Bottom && Left == Right;

    /// <summary>Whether nothing is added.</summary>
    public bool IsNone => this == default;

    /// <summary>What a map of the given size grows to.</summary>
    internal Pair Around(Pair size) => new(size.Height + Top + Bottom, size.Width + Left + Right);
}
