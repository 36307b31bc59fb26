namespace Graft.Report;

/// <summary>A step that failed.</summary>
/// <param name="What">The step in words: the teacher, a trial with its position, operation, training length and seed, or a measurement.</param>
/// <param name="Key">The step's key.</param>
/// <param name="Error">Why it failed.</param>
public sealed record FailedStep(string What, string Key, string Error);
