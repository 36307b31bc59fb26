namespace Graft.Data;

/// <summary>Per-channel normalisation: (byte / 255 − mean) / std.</summary>
/// <param name="Mean">The mean of each channel, of pixels in [0, 1].</param>
/// <param name="Std">The standard deviation of each channel, of pixels in [0, 1].</param>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std);
