using Graft.Data;
using Graft.Jobs.Studies;

namespace Graft.Cli.Views;

/// <summary>What will happen, before it does.</summary>
internal static class StudyHeader
{
    public static void Write(Terminal terminal, StudyGraph graph, ImageData data, string device, StudyThreads threads, string workspace)
    {
        var plan = graph.Plan;
        string teacher = plan.Teacher.Weights is { } weights ? $"weights from {weights}" : $"trained for {Format.Count(plan.Teacher.Epochs, "epoch")}";
        terminal.WriteLine(Invariant($"Study {graph.Id}: {plan.Network} on {data.Name} ({data.Train.Count:N0} training, {data.Test.Count:N0} test images, {data.ClassNames.Count} classes)"));
        terminal.WriteLine($"  teacher     {teacher}; {Format.Count(graph.NetworkCost.Parameters)} parameters, {Format.Millions(graph.NetworkCost.MultiplyAccumulates)} M multiply-accumulates");
        terminal.WriteLine($"  positions   {string.Join(", ", plan.Positions)} of {graph.Network.Positions.Count}");
        terminal.WriteLine($"  operations  {string.Join(", ", plan.Operations)}");
        terminal.WriteLine($"  trials      {graph.Trials.Count} of {string.Join(" and ", plan.Epochs.Select(e => Invariant($"{e}")))} {(plan.Epochs is [1] ? "epoch" : "epochs")}, {(plan.Seeds == 1 ? "seed 1" : Invariant($"seeds 1 to {plan.Seeds}"))}");
        if (plan.Predictors is { } predictors)
        {
            terminal.WriteLine($"  predictors  {graph.Predictors.Count} of {Format.Count(predictors.Images, "held-out image")}, before any trial");
        }

        terminal.WriteLine($"  computed on {device} in {plan.Precision}, {Format.Count(threads.Workers, "worker")} of {Format.Count(threads.PerWorker, "thread")}; results in {workspace}");
        terminal.WriteLine();
    }
}
