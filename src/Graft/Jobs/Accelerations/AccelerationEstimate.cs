using Graft.Data;
using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>What an acceleration would run and about how long that would take on this machine, from a measurement of some training steps.</summary>
/// <param name="Kinds">The steps by kind, in the order in which they run; measuring latencies last.</param>
/// <param name="TrainingImagesPerSecond">Training speed of the unchanged network with all threads.</param>
/// <param name="Seconds">Time of all that is left.</param>
public sealed record AccelerationEstimate(IReadOnlyList<KindEstimate> Kinds, double TrainingImagesPerSecond, double Seconds)
{
    // Of a model whose latency is measured: making and loading it, and its share of some fifteen rounds. 0.1 to 0.2 s for WRN-16-2 on two Zen 5 cores.
    private const double SecondsOfALatency = 0.15;

    /// <summary>Measures training steps of the network and works out the rest in proportion to multiply-accumulates. What selection will choose is not known yet: it is taken to
    /// compute as much as the budget lets it; judged architectures, fine-tuned networks and latencies all count as left.</summary>
    /// <param name="graph">The acceleration.</param>
    /// <param name="data">Its data set.</param>
    /// <param name="device">Where it would run.</param>
    /// <param name="threads">How it would divide the cores.</param>
    /// <param name="done">The keys of the steps that have a result.</param>
    /// <param name="time">The clock.</param>
    public static AccelerationEstimate Measure(
        AccelerationGraph graph, ImageData data, string device, StudyThreads threads, IReadOnlySet<string> done, TimeProvider time)
    {
        var plan = graph.Plan;
        var (alone, worker) = TrainingRate.Measure(graph.Network, graph.Teacher.Precision, plan.FineTuning.Recipe, data, device, threads, time);
        double network = graph.NetworkCost.MultiplyAccumulates, side = worker * threads.Workers;
        double train = data.Train.Count * (1 - plan.HeldOut.Fraction), forward = 1 / 3.0; // of a training step
        double faster = LatencyBudget.Parse(plan.Selection.Budget) is { IsMs: false } part ? Math.Min(1, part.Value) : 1;
        var scores = graph.Candidates.Select(c => c.Score).OfType<ScoreStep>().ToList();
        var latencies = graph.Candidates.Select(c => (c.Operation.Text, c.Position.Input, c.Position.Output)).Distinct().Count();
        bool ablation = plan.FineTuning is { Ablation: true, Distillation.Weight: > 0 };
        int comparisons = plan.FineTuning.RandomArchitectures + plan.FineTuning.Budgets.Count + (plan.FineTuning.Baselines ? 1 : 0);
        int architectures = plan.Selection.Solutions + plan.Selection.RandomArchitectures + AccelerationRunner.FrontBudgets.Count + comparisons;
        int? scratch = NetworkCatalog.SmallerThan(plan.Network).Count > 0 ? plan.FineTuning.EpochsFromScratch(plan.Teacher) : null;
        double epoch = train / side; // of the whole network
        List<KindEstimate> kinds =
        [
            Kind([graph.Teacher], _ => graph.Teacher is TeacherStep teacher ? teacher.Epochs * train / alone : data.Test.Count * forward / alone),
            Kind(graph.Distillations, step => DistillationImage((DistillationStep)step) * plan.Distillation.Epochs * (plan.Distillation.Images ?? train) / alone),
            Kind(scores, _ => Math.Min(plan.Selection.ScoreImages, data.Train.Count - train) * forward / 2 / side), // the half of the network behind the position
            new("architecture", architectures, 0, architectures * Math.Min(plan.Selection.Images, train) * forward * faster / side),
            new("fine-tuning", 1 + comparisons, 0, (1 + comparisons) * plan.FineTuning.Epochs * epoch * (faster + forward)),
            new("without distillation", ablation ? 1 : 0, 0, ablation ? plan.FineTuning.Epochs * epoch * faster : 0),
            new("smaller network", scratch is null ? 0 : 1, 0, (scratch ?? 0) * epoch * faster),
            new("latency", latencies + architectures, 0, (latencies + architectures) * SecondsOfALatency),
        ];
        return new([.. kinds.Where(k => k.Steps > 0)], alone, kinds.Sum(k => k.Seconds));

        KindEstimate Kind(IReadOnlyList<Step> steps, Func<Step, double> seconds)
        {
            var left = steps.Where(s => !done.Contains(s.Key)).ToList();
            return new(steps.Count > 0 ? steps[0].Kind : "", steps.Count, steps.Count - left.Count, left.Sum(seconds));
        }

        // In training steps of the whole network: the candidate's own, and its share of the teacher's pass.
        double DistillationImage(DistillationStep step) =>
            graph.Candidates.First(c => c.Distillation == step).Cost.MultiplyAccumulates / network + forward / graph.Distillations.Count;
    }
}
