using Graft.Data;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>What a study would run and about how long that would take on this machine, from a measurement of some training steps.</summary>
/// <param name="Kinds">The steps by kind, in the order in which they run.</param>
/// <param name="TrainingImagesPerSecond">Training speed of the unchanged network with all threads.</param>
/// <param name="Seconds">Time of all steps that are left.</param>
public sealed record StudyEstimate(IReadOnlyList<KindEstimate> Kinds, double TrainingImagesPerSecond, double Seconds)
{
    /// <summary>Measures training steps of the network, alone and as a worker does them, and works out the rest in proportion to multiply-accumulates.</summary>
    /// <param name="graph">The study.</param>
    /// <param name="data">Its data set.</param>
    /// <param name="device">Where it would run.</param>
    /// <param name="threads">How it would divide the cores.</param>
    /// <param name="done">The keys of the steps that have a result.</param>
    /// <param name="time">The clock.</param>
    public static StudyEstimate Measure(
        StudyGraph graph, ImageData data, string device, StudyThreads threads, IReadOnlySet<string> done, TimeProvider time)
    {
        var work = new StudyWork(graph, data);
        var (alone, worker) = TrainingRate.Measure(graph.Network, graph.Teacher.Precision, graph.Plan.Trial, data, device, threads, time);
        double image = 3.0 * graph.NetworkCost.MultiplyAccumulates;
        var kinds = graph.Steps.GroupBy(s => s.Kind).Select(group =>
        {
            var left = group.Where(s => !done.Contains(s.Key)).ToList();
            double rate = image * (group.First() is TrialStep or PredictorStep or SimilarityStep ? worker * threads.Workers : alone);
            return new KindEstimate(group.Key, group.Count(), group.Count() - left.Count, left.Sum(work.MultiplyAccumulates) / rate);
        }).ToList();
        return new(kinds, alone, kinds.Sum(k => k.Seconds));
    }
}
