namespace Graft.Engine;

/// <summary>Steps that cannot run because of another.</summary>
internal static class FailedNeed
{
    /// <summary>Records that a step has failed because one that it needs has.</summary>
    /// <param name="record">The record.</param>
    /// <param name="key">The step.</param>
    /// <param name="needed">What it needs.</param>
    /// <param name="failure">How that ended.</param>
    public static void FailFor(this IStepRecord record, string key, Step needed, StoredStep failure) =>
        record.Fail(key, $"needs '{needed.Title}', which failed: {failure.Error}", 0);
}
