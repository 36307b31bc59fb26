using Graft.Engine;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// The phase of an acceleration that judges what was selected, and what it is compared with, without training, and measures the latencies of all these
/// networks.
/// </summary>
internal sealed class JudgingPhase
{
    /// <summary>How many of the smaller networks are measured, at the most.</summary>
    internal const int MostSmallerNetworks = 8;

    private readonly AccelerationOutline _outline;
    private readonly SelectionPhase _selection;

    /// <param name="outline">What is accelerated.</param>
    /// <param name="selection">The phase before.</param>
    /// <param name="selected">What was selected.</param>
    public JudgingPhase(AccelerationOutline outline, SelectionPhase selection, SelectionStepResult selected)
    {
        (_outline, _selection, Selected) = (outline, selection, selected);
        string teacher = selection.Teacher.Key;
        Architectures = ComposedArchitectures.Of(selected, Compared(), choice => new()
        {
            Data = outline.DataFingerprint,
            Network = Plan.Network,
            Precision = outline.Precision,
            Teacher = teacher,
            Operations = selection.Candidates.Placed(choice),
            Images = Plan.Selection.Images,
            HeldOut = Plan.HeldOut,
        });
        Latency = SelectionPhase.LatencyStepOf(outline) with // of no table: whole networks are held against one another, and measured at one time
        {
            Architectures = [.. Architectures.All.Select(a => (IReadOnlyList<OperationAt>)[.. a.Choice.Operations.Where(o => !o.IsOwn)])],
            Networks = [.. SmallerNetworks().Select(n => n.Name)],
        };
        Steps = [.. Architectures.All.Select(a => a.Step), Latency];
    }

    /// <summary>What was selected.</summary>
    public SelectionStepResult Selected { get; }

    /// <summary>What is judged.</summary>
    public ComposedArchitectures Architectures { get; }

    /// <summary>The latencies of networks.</summary>
    public LatencyStep Latency { get; }

    /// <summary>Its steps, in the order in which they should run.</summary>
    public IReadOnlyList<Step> Steps { get; }

    private AccelerationPlan Plan => _outline.Plan;

    /// <summary>How long the teacher takes among whole networks, as a part of what it took among the operations.</summary>
    /// <param name="measured">The result of <see cref="Latency"/>.</param>
    public double LatencyDrift(LatencyStepResult measured) => new NetworkLatencies(Latency, measured).TeacherMs / Selected.TeacherMs;

    /// <summary>
    /// The mean relative error of the latencies as predicted, scaled as the teacher's, of what was selected, of random architectures and of the best for other
    /// budgets, each once; null where all were disturbed.
    /// </summary>
    /// <param name="measured">The result of <see cref="Latency"/>.</param>
    public double? LatencyError(LatencyStepResult measured)
    {
        double drift = LatencyDrift(measured);
        var architectures = Architectures.Solutions.Concat(Architectures.Front).Concat(Architectures.Random).DistinctBy(a => a.Step.Key);
        return ArchitectureAgreement.LatencyErrorOf(architectures.Select(a => (a.Choice.PredictedMs * drift, measured.Architectures[a.Index].Interval()!)));
    }

    /// <summary>The phase that follows; null until all is judged and measured.</summary>
    /// <exception cref="RunException">No selected architecture could be judged.</exception>
    public FineTuningPhase? Next(IStepResults results)
    {
        if (!results.HaveEnded(Steps) || results.Find<LatencyStepResult>(Latency.Key) is not { } measured)
        {
            return null;
        }

        var latencies = new NetworkLatencies(Latency, measured);
        double budgetMs = LatencyBudget.Parse(Plan.Selection.Budget).ToMs(latencies.TeacherMs);
        var best = BestOf(Architectures.Solutions) ?? throw new RunException("no selected architecture could be judged; their steps tell why.");
        IEnumerable<(string, ComposedArchitecture)> others = Architectures.Compared;
        if (BestOf(Architectures.SinglePositions) is { } single)
        {
            others = others.Prepend((OpponentNames.SinglePositions, single));
        }

        return new(_outline, _selection, latencies, best, [.. others]);

        // The lowest loss of those that are within the budget when they are measured whole; the fastest, if none is.
        ComposedArchitecture? BestOf(IEnumerable<ComposedArchitecture> some)
        {
            var judged = some.Select(a => (Architecture: a, results.Find<ArchitectureStepResult>(a.Step.Key)?.Loss)).Where(a => a.Loss is not null).ToList();
            var within = judged.FindAll(a => latencies.MsOf(a.Architecture) <= budgetMs);
            return judged.Count == 0 ? null
                : within.Count > 0 ? within.MinBy(a => a.Loss).Architecture
                : judged.MinBy(a => latencies.MsOf(a.Architecture)).Architecture;
        }
    }

    // What is fine-tuned beside the best architecture, by name: other budgets, the best of teacher and identity, greedy removal, random ones.
    private IEnumerable<(string Name, ArchitectureChoice Choice)> Compared()
    {
        foreach (var (part, choice) in Plan.FineTuning.Budgets.Zip(Selected.Budgets).Where(b => b.Second is not null))
        {
            yield return (OpponentNames.OfBudget(part), choice!);
        }

        if (Selected.TeacherOrIdentity is { } simple)
        {
            yield return (OpponentNames.TeacherOrIdentity, simple);
        }

        if (Selected.GreedyRemoval is { } removed)
        {
            yield return (OpponentNames.GreedyRemoval, removed);
        }

        foreach (var (i, choice) in Selected.Random.Take(Plan.FineTuning.RandomArchitectures).Index())
        {
            yield return (OpponentNames.OfRandom(i + 1), choice);
        }
    }

    // Those whose multiply-accumulates are nearest to what the budget is about; none where none is trained.
    private IEnumerable<SmallerNetwork> SmallerNetworks()
    {
        double wanted = Selected.BudgetMs / Selected.TeacherMs * _outline.MultiplyAccumulates;
        return Plan.FineTuning.EpochsFromScratch(Plan.Teacher) is null
            ? []
            : _outline.SmallerNetworks.OrderBy(n => Math.Abs(Math.Log(n.MultiplyAccumulates / wanted))).Take(MostSmallerNetworks);
    }
}
