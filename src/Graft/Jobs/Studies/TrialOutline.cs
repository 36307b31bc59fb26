namespace Graft.Jobs.Studies;

/// <summary>What the record keeps of a trial.</summary>
/// <param name="Key">The key of its step.</param>
/// <param name="Distillation">The key of the step that distilled its operation; null without one.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Predictors">The key of the step that took the measures of the first version; null without one.</param>
/// <param name="Measures">The keys of the steps that took other measures; null without one.</param>
internal sealed record TrialOutline(string Key, string? Distillation, int Seed, string? Predictors = null, IReadOnlyList<string>? Measures = null)
{
    /// <summary>The keys of all steps that measured its candidate.</summary>
    internal IEnumerable<string> Measurements => Predictors is null ? Measures ?? [] : [Predictors, .. Measures ?? []];
}
