using System.Text.Json;
using Graft.Engine;
using Graft.Latency;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>Reads what a workspace keeps of an acceleration.</summary>
internal static class StoredAcceleration
{
    /// <summary>The results of a stored acceleration as they stand.</summary>
    /// <param name="job">The acceleration; one of versions that kept its results as a document gives that.</param>
    /// <param name="workspace">Where its steps are recorded.</param>
    public static AccelerationResult Result(StoredJob job, IWorkspace workspace) => IsOutline(job)
        ? AccelerationResultBuilder.Build(AccelerationOutline.FromJson(job.Document), workspace)
        : StepResults.FromJson<AccelerationResult>(job.Document);

    /// <summary>The network and the data set of a stored acceleration; its plan, which versions that kept results as a document did not keep.</summary>
    public static (string Network, string? NetworkFile, string Data, AccelerationPlan? Plan) SubjectOf(StoredJob job)
    {
        if (IsOutline(job))
        {
            var outline = AccelerationOutline.FromJson(job.Document);
            return (outline.Plan.Network, outline.NetworkFile, outline.Plan.Data, outline.Plan);
        }

        var result = StepResults.FromJson<AccelerationResult>(job.Document);
        return (result.Network, result.NetworkFile, result.Data, null);
    }

    /// <summary>The latencies that a stored acceleration measured, or took from a table of its target; null while there are none.</summary>
    /// <param name="job">The acceleration.</param>
    /// <param name="workspace">Where its steps are recorded.</param>
    public static LatencyTable? Latencies(StoredJob job, IWorkspace workspace) =>
        IsOutline(job) ? Latencies(AccelerationOutline.FromJson(job.Document), job.Steps, workspace) : null;

    /// <summary>
    /// The latencies of some steps of an acceleration. What was taken from a table of another target is not among them; nor are whole networks that were
    /// measured at another time than the operations, when the machine may have been faster or slower.
    /// </summary>
    /// <param name="outline">The acceleration.</param>
    /// <param name="steps">The keys of steps, in their order; those that measured no latencies, or have not ended, do not count.</param>
    /// <param name="workspace">Where they are recorded.</param>
    public static LatencyTable? Latencies(AccelerationOutline outline, IReadOnlyList<string> steps, IWorkspace workspace)
    {
        var foreign = outline.Table is { } sha256 && LatencyTable.TryLoad(workspace.Artifacts.PathOf(LatencyStep.PathFor(sha256))) is { } table
            && table.Target != outline.Target ? table : null;
        var stored = workspace.Steps.FindAll(steps);
        var entries = steps.Select(stored.GetValueOrDefault).OfType<StoredStep>().Where(s => s.Kind == LatencyKind.KindName && s.Result is not null)
            .Select(s => StepResults.FromJson<LatencyStepResult>(s.Result!))
            .Where(r => r.Operations.Count > 0)
            .SelectMany(r => r.Entries)
            .Where(e => foreign?.Has(e.Key) is not true)
            .DistinctBy(e => e.Key)
            .ToDictionary();
        return entries.Count == 0
            ? null
            : new() { Target = outline.Target, Entries = new SortedDictionary<string, LatencyEntry>(entries, StringComparer.Ordinal) };
    }

    private static bool IsOutline(StoredJob job)
    {
        using var document = JsonDocument.Parse(job.Document);
        return document.RootElement.TryGetProperty("dataFingerprint", out _);
    }
}
