using Graft.Engine;

namespace Graft.Jobs;

/// <summary>
/// What a job would run and about how long that would take on this machine: as steps of the same kind took that ran here, else from a measurement of how fast
/// it computes.
/// </summary>
/// <param name="Kinds">The steps by kind, in the order in which they run; those that are not known yet are guessed.</param>
/// <param name="TrainingImagesPerSecond">Training speed of the unchanged network with all threads; null for a job without a network.</param>
/// <param name="Seconds">Time of all steps that are left, and of the start.</param>
public sealed record JobEstimate(IReadOnlyList<KindEstimate> Kinds, double? TrainingImagesPerSecond, double Seconds)
{
    /// <summary>How many trials may follow at the most, where seeds are added until verdicts are there; not in <see cref="Kinds"/> and the time.</summary>
    public int FurtherTrials { get; init; }

    /// <summary>
    /// Time until the first step computes at its pace: processes start, load the data and take a first training step, which is slow. 0 where nothing is left.
    /// </summary>
    public double StartSeconds { get; init; }

    /// <summary>Works out an estimate.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="rate">How fast this machine computes now.</param>
    /// <param name="cores">How they share the cores.</param>
    /// <param name="asRun">Work a second of the kinds of step that ran here, each with its threads.</param>
    /// <param name="startSeconds">Time until the first step computes at its pace.</param>
    internal static JobEstimate Of(
        IReadOnlyList<EstimatedStep> steps,
        WorkRate rate,
        CoreAllocation cores,
        IReadOnlyDictionary<string, double> asRun,
        double startSeconds)
    {
        var kinds = steps.GroupBy(s => s.Kind).Select(kind =>
        {
            bool ran = asRun.TryGetValue(kind.Key, out double own);
            var left = kind.Where(s => !s.Done).ToLookup(s => s.Demand == ThreadDemand.Share, s => s.Work);
            double share = ran ? own : rate.Share, all = ran ? own : rate.All;
            double sideBySide = Math.Max(left[true].Sum() / cores.Workers, left[true].DefaultIfEmpty().Max()); // the longest takes as long as it takes
            return new KindEstimate(kind.Key, kind.Count(), kind.Count(s => s.Done), sideBySide / share + left[false].Sum() / all) { IsAsRun = ran };
        }).ToList();
        double start = steps.All(s => s.Done) ? 0 : startSeconds;
        return new(kinds, rate.TrainingImagesPerSecond, start + kinds.Sum(k => k.Seconds)) { StartSeconds = start };
    }

    /// <summary>The seconds on the clock that a unit of work of a step that has all cores takes, by kind, where that is known.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="rate">How fast this machine computes; null where that was not measured.</param>
    /// <param name="cores">How steps share the cores.</param>
    /// <param name="asRun">Work a second of the kinds of step that ran here, each with its threads.</param>
    /// <param name="shareSpeed">How many times as much work the cores do where steps share them as where one step has them all.</param>
    internal static Dictionary<string, double> PacesOf(
        IEnumerable<StepKind> kinds, WorkRate? rate, CoreAllocation cores, IReadOnlyDictionary<string, double> asRun, double shareSpeed)
    {
        var paces = new Dictionary<string, double>();
        foreach (var kind in kinds)
        {
            bool isShare = kind.Threads == ThreadDemand.Share;
            double? speed = asRun.TryGetValue(kind.Name, out double own) ? own : isShare ? rate?.Share : rate?.All;
            if (speed is { } workASecond)
            {
                paces[kind.Name] = isShare ? shareSpeed / (workASecond * cores.Workers) : 1 / workASecond;
            }
        }

        return paces;
    }
}

/// <summary>The steps of one kind in a <see cref="JobEstimate"/>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="Done">How many have a result already.</param>
/// <param name="Seconds">Time of those that are left.</param>
public sealed record KindEstimate(string Kind, int Steps, int Done, double Seconds)
{
    /// <summary>Whether the time is that of steps of this kind that ran here.</summary>
    public bool IsAsRun { get; init; }
}

/// <summary>How fast a machine computes.</summary>
/// <param name="All">Work a second (<see cref="Operations.OperationCost.Work"/>) with all threads.</param>
/// <param name="Share">The same of each worker.</param>
/// <param name="TrainingImagesPerSecond">Training images a second with all threads; null where no network was trained.</param>
/// <param name="FirstStepSeconds">How much longer the first training step of a process takes than those that follow.</param>
internal sealed record WorkRate(double All, double Share, double? TrainingImagesPerSecond, double FirstStepSeconds = 0);
