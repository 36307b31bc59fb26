namespace Graft.Operations;

/// <summary>The shape of a feature map of one image.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record FeatureShape(int Channels, int Height, int Width)
{
    /// <summary>The number of its values.</summary>
    internal long Values => (long)Channels * Height * Width;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Channels}x{Height}x{Width}");
}
