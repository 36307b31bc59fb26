using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>What will happen, before it does.</summary>
internal static class StudyHeader
{
    public static void Write(Terminal terminal, StudyJob study, GraftSession session, string workspace, string origin)
    {
        var (graph, data) = (study.Graph, study.Data);
        var plan = graph.Plan;
        terminal.WriteLine($"Study {graph.Id}: {HeaderWords.Network(session, plan.Network)} on {HeaderWords.Data(data)}");
        terminal.WriteNote(HeaderWords.Remark(session, plan.Network));
        terminal.WriteLine($"  values      {origin}");
        terminal.WriteLine(
            Invariant(
                $"  teacher     {HeaderWords.Teacher(plan.Teacher, data, plan.Images)}; {Format.Count(graph.NetworkCost.Parameters)} parameters, {Format.Millions(graph.NetworkCost.MultiplyAccumulates)} M multiply-accumulates"
            )
        );
        terminal.WriteLine(Invariant($"  positions   {string.Join(", ", plan.Positions)} of {graph.Network.Positions.Count}"));
        terminal.WriteLine($"  operations  {string.Join(", ", plan.Operations)}");
        terminal.WriteLine(
            Invariant(
                $"  trials      {graph.Trials.Count(t => t.Seed <= plan.Seeds)} of {string.Join(" and ", plan.Epochs.Select(e => Invariant($"{e}")))} {(plan.Epochs is [1] ? "epoch" : "epochs")}, {(plan.Seeds == 1 ? "seed 1" : Invariant($"seeds 1 to {plan.Seeds}"))}{(plan.UntilDecided is { } until ? Invariant($"; up to {until.MaxSeeds} where verdicts are open (margin ±{100 * until.Margin:0.###} points)") : "")}"
            )
        );
        if (plan.Predictors is { } predictors)
        {
            int measures = StudyPrediction.Names(plan, []).Count,
                candidates = graph.Predictors.Count + graph.Measures.DistinctBy(m => m.Candidate).Count();
            terminal.WriteLine(
                Invariant(
                    $"  predictors  {Plural.Of(measures, "measure")} of {Plural.Of(candidates, "candidate")} on {Plural.Of(predictors.Images, "held-out image")}, before any trial"
                )
            );
        }

        terminal.WriteLine(Invariant($"  computed on {session.Device} in {plan.Precision}, {HeaderWords.Where(session)}; results in {workspace}"));
    }
}
