namespace Graft.Analysis;

/// <summary>A point of a loss curve.</summary>
/// <param name="Images">How many images had been seen.</param>
/// <param name="Loss">The mean loss since the point before.</param>
public sealed record LossPoint(long Images, double Loss);
