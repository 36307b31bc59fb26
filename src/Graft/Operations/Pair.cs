namespace Graft.Operations;

/// <summary>A size, stride or the like along both axes of a feature map.</summary>
/// <param name="Height">Along H.</param>
/// <param name="Width">Along W.</param>
public readonly record struct Pair(int Height, int Width)
{
    /// <summary>The same along both axes.</summary>
    public static implicit operator Pair(int both) => new(both, both);

    /// <summary>Whether both are equal.</summary>
    public bool IsSquare => Height == Width;

    /// <summary>[height, width], as libtorch takes it.</summary>
    internal long[] ToArray() => [Height, Width];
}
