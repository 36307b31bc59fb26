using Graft.Engine;

namespace Graft.Jobs;

/// <summary>What a job would run and about how long that would take on this machine, from a measurement of how fast it computes.</summary>
/// <param name="Kinds">The steps by kind, in the order in which they run; those that are not known yet are guessed.</param>
/// <param name="TrainingImagesPerSecond">Training speed of the unchanged network with all threads; null for a job without a network.</param>
/// <param name="Seconds">Time of all steps that are left.</param>
public sealed record JobEstimate(IReadOnlyList<KindEstimate> Kinds, double? TrainingImagesPerSecond, double Seconds)
{
    /// <summary>Works out an estimate.</summary>
    internal static JobEstimate Of(IReadOnlyList<(string Kind, ThreadDemand Demand, double Work, bool Done)> steps, WorkRate rate, CoreAllocation cores)
    {
        var kinds = steps.GroupBy(s => s.Kind).Select(kind =>
        {
            double seconds = kind.Where(s => !s.Done).Sum(s => s.Work / (s.Demand == ThreadDemand.Share ? rate.Share * cores.Workers : rate.All));
            return new KindEstimate(kind.Key, kind.Count(), kind.Count(s => s.Done), seconds);
        }).ToList();
        return new(kinds, rate.TrainingImagesPerSecond, kinds.Sum(k => k.Seconds));
    }
}

/// <summary>The steps of one kind in a <see cref="JobEstimate"/>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="Done">How many have a result already.</param>
/// <param name="Seconds">Time of those that are left.</param>
public sealed record KindEstimate(string Kind, int Steps, int Done, double Seconds);

/// <summary>How fast a machine computes.</summary>
/// <param name="All">Multiply-accumulates a second with all threads.</param>
/// <param name="Share">The same of each worker.</param>
/// <param name="TrainingImagesPerSecond">Training images a second with all threads; null where no network was trained.</param>
internal sealed record WorkRate(double All, double Share, double? TrainingImagesPerSecond);
