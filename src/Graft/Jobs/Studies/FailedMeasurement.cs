namespace Graft.Jobs.Studies;

/// <summary>A step that failed beside the trials: predictors of a candidate, or the comparison of a position's candidates.</summary>
/// <param name="What">The step in words.</param>
/// <param name="Key">The step's key.</param>
/// <param name="Error">Why it failed.</param>
public sealed record FailedMeasurement(string What, string Key, string Error);
