using Graft.Data;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Latency;

namespace Graft.Cli.Views;

/// <summary>What will happen, before it does.</summary>
internal static class AccelerationHeader
{
    public static void Write(Terminal terminal, AccelerationGraph graph, ImageData data, StudyThreads threads, LatencyTarget target, string workspace)
    {
        var plan = graph.Plan;
        string teacher = plan.Teacher.Weights is { } weights ? $"weights from {weights}" : $"trained for {Format.Count(plan.Teacher.Epochs, "epoch")}";
        terminal.WriteLine(Invariant($"Acceleration {graph.Id}: {plan.Network} on {data.Name} ({data.Train.Count:N0} training, {data.Test.Count:N0} test images, {data.ClassNames.Count} classes)"));
        terminal.WriteLine($"  teacher     {teacher}; {Format.Count(graph.NetworkCost.Parameters)} parameters, {Format.Millions(graph.NetworkCost.MultiplyAccumulates)} M multiply-accumulates");
        terminal.WriteLine($"  candidates  {graph.Candidates.Count} at {graph.Network.Positions.Count} positions ({graph.Distillations.Count} to distil), scored by {plan.Selection.Score}");
        terminal.WriteLine($"  selection   budget {plan.Selection.Budget}{(LatencyBudget.Parse(plan.Selection.Budget).IsMs ? "" : " of the teacher's latency")}, {Format.Count(plan.Selection.Solutions, "architecture")}; the best is fine-tuned for {Format.Count(plan.FineTuning.Epochs, "epoch")}");
        terminal.WriteLine($"  latency     {target}");
        terminal.WriteLine($"  computed in {plan.Precision}, {Format.Count(threads.Workers, "worker")} of {Format.Count(threads.PerWorker, "thread")}; results in {workspace}");
        terminal.WriteLine();
    }
}
