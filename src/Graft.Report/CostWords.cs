using Graft.Jobs;

namespace Graft.Report;

/// <summary>What a job took, in words.</summary>
internal static class CostWords
{
    private const double MinutesPerHour = 60;
    private const double LeastShown = 0.05; // less is rounded to 0.0

    /// <summary>
    /// The computing time of all steps and of each kind, e.g. <c>12.5 core-minutes: teacher 3.1, trial 9.4 (36 steps)</c>, and how much of it was there
    /// before the job began; null before the first has ended.
    /// </summary>
    public static string? Of(Provenance provenance)
    {
        if (Total(provenance) is not { } total)
        {
            return null;
        }

        double perHour = UnitOf(HoursOf(provenance)).PerHour;
        var phases = provenance.Cost.Select(phase =>
            Invariant($"{phase.Kind} {perHour * phase.CoreHours:0.0}{(phase.Steps > 1 ? Invariant($" ({phase.Steps:N0} steps)") : "")}"));
        double earlier = perHour * provenance.EarlierCoreHours;
        string shared = earlier >= LeastShown ? Invariant($"; {earlier:0.0} of them before this began, for steps that others needed, too") : "";
        return $"{total}: {string.Join(", ", phases)}{shared}";
    }

    /// <summary>The computing time of all steps, e.g. <c>12.5 core-minutes</c>; null before the first has ended.</summary>
    public static string? Total(Provenance provenance)
    {
        double hours = HoursOf(provenance);
        var (perHour, unit) = UnitOf(hours);
        return hours > 0 ? Invariant($"{perHour * hours:0.0} {unit}") : null;
    }

    private static double HoursOf(Provenance provenance) => provenance.Cost.Sum(phase => phase.CoreHours);

    private static (double PerHour, string Name) UnitOf(double hours) => hours < 1 ? (MinutesPerHour, "core-minutes") : (1, "core-hours");
}
