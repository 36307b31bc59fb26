using Graft.Jobs.Accelerations;
using Graft.Steps;

namespace Graft.Report;

/// <summary>An architecture that is the best for one budget or several.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Budgets">The budgets in percent of the teacher's latency, e.g. <c>30</c> or <c>40 to 60</c>; a dash where they are not known.</param>
internal sealed record FrontRow(ArchitectureResult Architecture, string Budgets)
{
    private const double Rounding = 1e-6; // of a budget, as the selection counts in whole nanoseconds

    /// <summary>The best architectures of an acceleration, each once, the tightest budgets first.</summary>
    public static IReadOnlyList<FrontRow> Of(AccelerationResult result)
    {
        ArchitectureResult[] distinct = [.. result.Front.DistinctBy(a => ArchitectureResult.NameOf(a.Places, a.Operations))];
        double teacherMs = result.TeacherTableMs * result.LatencyDrift;
        var best = SelectionKind.FrontBudgets.ToLookup(part => BestWithin(part * teacherMs));
        return [.. distinct.Select(architecture => new FrontRow(architecture, Words([.. best[architecture]])))];

        ArchitectureResult? BestWithin(double ms) => distinct.Where(a => a.PredictedMs <= ms * (1 + Rounding)).MinBy(a => a.Score);
    }

    private static string Words(double[] parts) => parts.Length switch
    {
        0 => Format.None,
        1 => Invariant($"{100 * parts[0]:0}"),
        _ => Invariant($"{100 * parts[0]:0} to {100 * parts[^1]:0}"),
    };
}
