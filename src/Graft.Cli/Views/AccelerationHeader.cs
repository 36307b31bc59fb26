using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Runtime;
using Graft.Selection;

namespace Graft.Cli.Views;

/// <summary>What will happen, before it does.</summary>
internal static class AccelerationHeader
{
    public static void Write(Terminal terminal, AccelerationJob job, GraftSession session, string workspace, string origin)
    {
        var (graph, data) = (job.Outline, job.Data);
        var plan = graph.Plan;
        terminal.WriteLine($"Acceleration {graph.Id}: {HeaderWords.Network(session, plan.Network)} on {HeaderWords.Data(data)}");
        terminal.WriteNote(HeaderWords.Remark(session, plan.Network));
        terminal.WriteLine($"  values      {origin}");
        terminal.WriteLine(
            Invariant(
                $"  teacher     {HeaderWords.Teacher(plan.Teacher, data, plan.Images)}; {Format.Count(graph.Parameters)} parameters, {Format.Millions(graph.MultiplyAccumulates)} M multiply-accumulates"
            )
        );
        terminal.WriteLine(
            Invariant(
                $"  candidates  {graph.Candidates.Count} at {Places(graph)} ({graph.Candidates.Count(c => !c.IsOwn && c.Parameters > 0)} to distil{(plan.Refinement is null ? "" : ", and on where they would be chosen")}), scored by {plan.Selection.Score}"
            )
        );
        terminal.WriteLine(
            Invariant(
                $"  selection   budget {plan.Selection.Budget}{(LatencyBudget.Parse(plan.Selection.Budget).IsMs ? "" : " of the teacher's latency")} (whether anything meets it is the first to be measured), {Plural.Of(plan.Selection.Solutions, "architecture")}; the best is fine-tuned for {Plural.Of(plan.FineTuning.Epochs, "epoch")}"
            )
        );
        terminal.WriteLine($"  latency     {graph.Target}");
        terminal.WriteLine(Invariant($"  computed in {plan.Precision}, {HeaderWords.Where(session)}; results in {workspace}"));
    }

    private static string Places(AccelerationOutline outline)
    {
        var runs = outline.Candidates.Select(c => c.Place).Where(p => !p.IsSingle).Distinct().ToList();
        return runs.Count == 0
            ? Invariant($"{outline.Positions} positions")
            : Invariant($"{outline.Positions} positions and {runs.Count} runs of up to {runs.Max(p => p.Length)}");
    }
}
