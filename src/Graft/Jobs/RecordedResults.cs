using Graft.Engine;

namespace Graft.Jobs;

/// <summary>Results that were found in the record, for what is worked out from them before a job runs.</summary>
/// <param name="steps">The steps that have one, by key.</param>
internal sealed class RecordedResults(IReadOnlyDictionary<string, StoredStep> steps) : IStepResults
{
    /// <summary>No step has ended.</summary>
    public static RecordedResults None { get; } = new(new Dictionary<string, StoredStep>());

    /// <inheritdoc/>
    public StoredStep? Ended(string key) => steps.GetValueOrDefault(key);
}
