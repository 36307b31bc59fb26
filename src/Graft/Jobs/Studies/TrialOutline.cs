namespace Graft.Jobs.Studies;

/// <summary>What the record keeps of a trial.</summary>
/// <param name="Key">The key of its step.</param>
/// <param name="Distillation">The key of the step that distilled its operation; null without one.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Predictors">The key of the step that measured its predictors; null without one.</param>
public sealed record TrialOutline(string Key, string? Distillation, int Seed, string? Predictors = null);
