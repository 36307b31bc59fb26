using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Measures;
using Graft.Operations;
using Graft.Selection;

namespace Graft.Steps;

/// <summary>
/// Selects architectures under a latency budget from scores and latencies (<b>LANA</b>, phase 2, eq. 4): the best ones, the best for other budgets, the best of
/// the teacher's own operations and identities, and random ones to hold them against.
/// </summary>
internal sealed record SelectionStep() : NetworkStep(SelectionKind.KindName, SelectionKind.CurrentRevision)
{
    /// <summary>How architectures are selected.</summary>
    public required SelectionPlan Plan { get; init; }

    /// <summary>The key of the step that measured the operations' latencies.</summary>
    public required string Latency { get; init; }

    /// <summary>The candidates with a score, places ascending.</summary>
    public required IReadOnlyList<ScoredCandidate> Candidates { get; init; }

    /// <summary>Other budgets whose best architecture is wanted, in parts of the teacher's latency.</summary>
    public required IReadOnlyList<double> Budgets { get; init; }

    /// <summary>Whether the best of the teacher's own operations and identities is wanted.</summary>
    public required bool TeacherOrIdentity { get; init; }

    /// <summary>Decides the random architectures.</summary>
    public required int Seed { get; init; }

    /// <summary>How many architectures of operations for single positions alone are wanted (<b>LANA</b> as published).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SinglePositions { get; init; }

    /// <summary>Whether the greedy removal of operations is wanted: those that hurt least by themselves first, until the budget is met.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GreedyRemoval { get; init; }

    /// <summary>Whether it is to say which candidates are distilled on, before the selection that counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPreliminary { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => IsPreliminary ? "select candidates to distil on" : "select architectures";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Latency, .. Candidates.Select(c => c.Score).OfType<string>()];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => Candidates.Select(c => c.Operation);
}

/// <summary>A candidate that selection may choose.</summary>
/// <param name="Place">The place.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Score">The key of the step that scored it; null for the teacher's own operation, whose score is 0.</param>
internal sealed record ScoredCandidate([property: JsonPropertyName("position")] Place Place, string Operation, string? Score);

/// <summary>What was selected.</summary>
internal sealed record SelectionStepResult
{
    /// <summary>The latency of each candidate in a network in milliseconds, in the step's order, the cost of calling the runtime taken off.</summary>
    public required IReadOnlyList<double> CandidateMs { get; init; }

    /// <summary>The sum over the teacher's own operations in milliseconds, each as it was measured by itself.</summary>
    public required double TeacherSumMs { get; init; }

    /// <summary>The teacher's latency in milliseconds, measured whole in turns with the operations.</summary>
    public required double TeacherMs { get; init; }

    /// <summary>The budget in milliseconds.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>The selected architectures, best score first.</summary>
    public required IReadOnlyList<ArchitectureChoice> Solutions { get; init; }

    /// <summary>Random architectures of about the budget's latency.</summary>
    public required IReadOnlyList<ArchitectureChoice> Random { get; init; }

    /// <summary>The best architectures for a range of budgets.</summary>
    public required IReadOnlyList<ArchitectureChoice> Front { get; init; }

    /// <summary>The best architecture for each of the step's other budgets; null where none is that fast.</summary>
    public required IReadOnlyList<ArchitectureChoice?> Budgets { get; init; }

    /// <summary>The best of the teacher's own operations and identities; null where not wanted, or where there is no choice.</summary>
    public ArchitectureChoice? TeacherOrIdentity { get; init; }

    /// <summary>The best architectures of operations for single positions alone; none where not wanted, or where none is within the limits.</summary>
    public IReadOnlyList<ArchitectureChoice> SinglePositions { get; init; } = [];

    /// <summary>The greedy removal of operations; null where not wanted, or where nothing can be removed.</summary>
    public ArchitectureChoice? GreedyRemoval { get; init; }

    /// <summary>The latency of the fastest architecture in milliseconds; null where the limits on size allow none.</summary>
    public double? FastestMs { get; init; }
}

/// <summary>An architecture, as predicted.</summary>
/// <param name="Operations">The operation of each place.</param>
/// <param name="Score">The sum of the scores.</param>
/// <param name="Gap">How far the score may be above the best one; 0 where it is proven optimal, null where nothing was optimised.</param>
/// <param name="PredictedMs">The latency that the table predicts, in milliseconds.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
internal sealed record ArchitectureChoice(
    IReadOnlyList<OperationAt> Operations,
    double Score,
    double? Gap,
    double PredictedMs,
    long Parameters,
    long MultiplyAccumulates
)
{
    /// <summary>What was selected.</summary>
    public static ArchitectureChoice Of(SelectedArchitecture solution, SelectionProblem problem) => Of(solution.Choices, problem) with { Gap = solution.Gap };

    /// <summary>What was put together without optimising.</summary>
    public static ArchitectureChoice Of(IReadOnlyList<OperationChoice> choices, SelectionProblem problem)
    {
        var cost = choices.Aggregate(problem.Outside, (sum, choice) => sum + choice.Cost);
        var operations = SelectedArchitecture.Cover(choices).Select(c => new OperationAt(new(c.Start + 1, c.Start + c.Choice.Length), c.Choice.Operation));
        return new([.. operations], choices.Sum(c => c.Score), Gap: null, cost.LatencyMs, cost.Parameters, cost.MultiplyAccumulates);
    }
}

internal sealed class SelectionKind : StepKind<SelectionStep, SelectionStepResult>
{
    public const string KindName = "selection";
    public const int CurrentRevision = 1;

    // Of a solution: 0.05 s. Of one of single positions 0.2 s: the fewer operations there are, the more architectures lie between two that differ enough.
    private const double WorkOfOne = 0.05 * NetworkCosts.TypicalWorkASecond,
        WorkOfOneOfSinglePositions = 4 * WorkOfOne;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    public override ThreadDemand Threads => ThreadDemand.All;

    /// <summary>The budgets of the front, in parts of the teacher's latency.</summary>
    internal static IReadOnlyList<double> FrontBudgets { get; } = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

    protected override double WorkOf(SelectionStep step, StepServices services) => Work(step.Plan.Solutions, step.SinglePositions);

    /// <summary>The work of a step (<see cref="StepKind.WorkOf"/>).</summary>
    /// <param name="solutions">Architectures that are selected.</param>
    /// <param name="singlePositions">Those of single positions alone that are selected beside them.</param>
    internal static double Work(int solutions, int singlePositions) => WorkOfOne * solutions + WorkOfOneOfSinglePositions * singlePositions;

    protected override string Summarize(SelectionStepResult result) => Invariant($"{result.Solutions.Count} architectures");

    protected override void Run(IReadOnlyList<SelectionStep> steps, StepContext context)
    {
        var step = steps[0];
        var cancellation = context.Cancellation;
        var latencies = new OperationLatencies((LatencyStep)context.StepOf(step.Latency), context.ResultOf<LatencyStepResult>(step.Latency));
        double teacher = latencies.TeacherMs;
        double budget = LatencyBudget.Parse(step.Plan.Budget).ToMs(teacher);
        var choices = Choices(step, latencies, context);
        var own = choices.Where(c => c.At.IsOwn).Select(c => c.Choice).ToList();
        var network = context.Services.Get<NetworkCosts>().OfNetwork(step.Network);
        var problem = latencies.ProblemOf(choices, network.Parameters, network.MultiplyAccumulates, budget) with
        {
            MaxParameters = step.Plan.MaxParameters,
            MaxMultiplyAccumulates = step.Plan.MaxMultiplyAccumulates,
            MaxOverlap = step.Plan.MaxOverlap,
        };
        double whole = SelectionModel.SmallestBudgetMs(problem.Outside, own);
        problem = problem with { BudgetMs = Within(budget) };
        var solutions = ArchitectureSelector.Select(problem, step.Plan.Solutions, cancellation: cancellation);
        context.Report(0.8);
        var random = RandomArchitectures.Draw(problem, step.Plan.RandomArchitectures, Runtime.Seed.Mix(step.Seed, (long)SeedUse.ArchitectureDraw));
        context.Complete(
            step,
            new SelectionStepResult
            {
                CandidateMs = [.. choices.Select(c => c.Choice.Cost.LatencyMs)],
                TeacherSumMs = latencies.TeacherSumMs,
                TeacherMs = teacher,
                BudgetMs = budget,
                Solutions = [.. solutions.Select(s => ArchitectureChoice.Of(s, problem))],
                Random = [.. random.Select(drawn => ArchitectureChoice.Of(drawn, problem))],
                Front = [.. BestWithin(problem, FrontBudgets.Select(part => Within(part * teacher)), cancellation)],
                Budgets = [.. step.Budgets.Select(part => BestWithin(problem, [Within(part * teacher)], cancellation).FirstOrDefault())],
                TeacherOrIdentity = step.TeacherOrIdentity && BestOfTeacherAndIdentity(problem) is { } simple ? ArchitectureChoice.Of(simple, problem) : null,
                SinglePositions = step.SinglePositions > 0 ? BestOfSinglePositions(problem, step.SinglePositions, cancellation) : [],
                GreedyRemoval = step.GreedyRemoval && GreedyRemoval.Of(problem) is { } removed ? ArchitectureChoice.Of(removed, problem) : null,
                FastestMs = ArchitectureSelector.SmallestFeasibleBudgetMs(problem),
            }
        );

        // A budget of the network's own latency is met by the network, whatever its parts add up to.
        double Within(double budgetMs) => budgetMs >= teacher ? Math.Max(budgetMs, whole) : budgetMs;
    }

    // What each candidate of the step costs and scores.
    private static List<(OperationAt At, OperationChoice Choice)> Choices(SelectionStep step, OperationLatencies latencies, StepContext context)
    {
        var costs = context.Services.Get<NetworkCosts>();
        return
        [
            .. step.Candidates.Select(c =>
            {
                var at = new OperationAt(c.Place, c.Operation);
                var cost = costs.OfOperation(step.Network, c.Place, c.Operation);
                double score = c.Score is null ? 0 : Score(step.Plan, c.Score, context);
                var choice = new OperationChoice(c.Operation, score, new(latencies.Of(at), cost.Parameters, cost.MultiplyAccumulates));
                return (at, choice with { Length = c.Place.Length });
            }),
        ];
    }

    private static IEnumerable<ArchitectureChoice> BestWithin(SelectionProblem problem, IEnumerable<double> budgetsMs, CancellationToken cancellation) =>
        ArchitectureSelector.Sweep(problem, budgetsMs, cancellation: cancellation).Select(best => ArchitectureChoice.Of(best, problem));

    // LANA as it is published: no runs of positions.
    private static IReadOnlyList<ArchitectureChoice> BestOfSinglePositions(SelectionProblem problem, int count, CancellationToken cancellation)
    {
        var single = problem.SinglePositions();
        return ArchitectureSelector.SmallestFeasibleBudgetMs(single) <= single.BudgetMs
            ? [.. ArchitectureSelector.Select(single, count, cancellation: cancellation).Select(s => ArchitectureChoice.Of(s, problem))]
            : [];
    }

    private static double Score(SelectionPlan plan, string key, StepContext context) => plan.ScoreMeasure is { } measure
        ? SelectionScores.Of(measure, context.ResultOf<MeasureStepResult>(key))!.Value
        : SelectionScores.Of(plan.Score, context.ResultOf<ScoreStepResult>(key));

    // LANA's "single-shot": within the budget, or else the fastest.
    private static SelectedArchitecture? BestOfTeacherAndIdentity(SelectionProblem problem)
    {
        var simple = problem with
        {
            Positions = [.. problem.SinglePositions().Positions.Select(choices => (IReadOnlyList<OperationChoice>)
                [.. choices.Where(c => c.Operation is TeacherOperation.FamilyName or IdentityOperation.FamilyName)])],
            MaxParameters = null,
            MaxMultiplyAccumulates = null,
        };
        return simple.Positions.All(choices => choices.Count == 1) || ArchitectureSelector.SmallestFeasibleBudgetMs(simple) is not { } fastest
            ? null
            : ArchitectureSelector.Select(simple with { BudgetMs = Math.Max(simple.BudgetMs, fastest) }, count: 1)[0];
    }
}

/// <summary>The scores that can be added up over places.</summary>
internal static class SelectionScores
{
    /// <summary>A score that is a measure; null where it has no value.</summary>
    public static double? Of(Measure measure, MeasureStepResult result) => result is { Value: { } value, Own: { } own } ? measure.Score(value, own) : null;

    /// <summary>A score by its name in a plan.</summary>
    public static double Of(string name, ScoreStepResult score) => name switch
    {
        SelectionPlan.Loss => score.LossRise,
        SelectionPlan.FeatureError => score.FeatureError,
        SelectionPlan.KullbackLeibler => score.KullbackLeibler,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such score."),
    };
}
