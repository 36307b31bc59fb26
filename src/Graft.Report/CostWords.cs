using Graft.Jobs;

namespace Graft.Report;

/// <summary>What a job took, in words.</summary>
internal static class CostWords
{
    private const double MinutesPerHour = 60;

    /// <summary>
    /// The computing time of all steps and of each kind, e.g. <c>12.5 core-minutes: teacher 3.1, trial 9.4 (36 steps)</c>; null before the first has ended.
    /// </summary>
    public static string? Of(Provenance provenance)
    {
        double hours = provenance.Cost.Sum(phase => phase.CoreHours);
        if (hours <= 0)
        {
            return null;
        }

        var (factor, unit) = hours < 1 ? (MinutesPerHour, "core-minutes") : (1, "core-hours");
        var phases = provenance.Cost.Select(phase =>
            Invariant($"{phase.Kind} {factor * phase.CoreHours:0.0}{(phase.Steps > 1 ? Invariant($" ({phase.Steps:N0} steps)") : "")}"));
        return Invariant($"{factor * hours:0.0} {unit}: {string.Join(", ", phases)}");
    }
}
