using Graft.Operations;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>The candidates with their scores and latencies as a <see cref="SelectionProblem"/>, and solutions as results.</summary>
internal sealed class CandidateSelection
{
    private readonly AccelerationGraph _graph;
    private readonly LatencyLookup _lookup;
    private readonly IReadOnlyDictionary<string, ScoreStepResult> _scores;

    public CandidateSelection(AccelerationGraph graph, LatencyLookup lookup, IReadOnlyDictionary<string, ScoreStepResult> scores)
    {
        _graph = graph;
        _lookup = lookup;
        _scores = scores;
        var plan = graph.Plan.Selection;
        var positions = graph.Candidates.Where(c => ScoreOf(c) is not null).GroupBy(c => c.Position.Index)
            .Select(group => (IReadOnlyList<OperationChoice>)[.. group.Select(c => new OperationChoice(c.Operation.Text, ScoreOf(c)!.Value, CostOf(c)))]).ToList();
        var own = positions.Select(choices => choices[0].Cost).Aggregate((a, b) => a + b);
        Problem = new()
        {
            Positions = positions,
            Outside = new(lookup.OutsideMs, graph.NetworkCost.Parameters - own.Parameters, graph.NetworkCost.MultiplyAccumulates - own.MultiplyAccumulates),
            BudgetMs = LatencyBudget.Parse(plan.Budget).ToMs(lookup.Teacher.Median),
            MaxParameters = plan.MaxParameters,
            MaxMultiplyAccumulates = plan.MaxMultiplyAccumulates,
            MaxOverlap = plan.MaxOverlap,
        };
    }

    /// <summary>What is to be solved; the teacher's own operation is the first choice of each position.</summary>
    public SelectionProblem Problem { get; }

    /// <summary>The best architecture of the teacher's own operations and identities (LANA's "single-shot"): within the budget, or else the fastest.</summary>
    public SelectedArchitecture? BestOfTeacherAndIdentity()
    {
        var simple = Problem with
        {
            Positions = [.. Problem.Positions.Select(choices => (IReadOnlyList<OperationChoice>)
                [.. choices.Where(c => c.Operation is TeacherOperation.FamilyName or "identity")])],
            MaxParameters = null,
            MaxMultiplyAccumulates = null,
        };
        return simple.Positions.All(choices => choices.Count == 1) || ArchitectureSelector.SmallestFeasibleBudgetMs(simple) is not { } fastest
            ? null
            : ArchitectureSelector.Select(simple with { BudgetMs = Math.Max(simple.BudgetMs, fastest) }, count: 1)[0];
    }

    public ArchitectureResult Result(SelectedArchitecture solution) => Result(solution.Choices, solution.Gap);

    public ArchitectureResult Result(IReadOnlyList<OperationChoice> choices, double? gap)
    {
        var cost = choices.Aggregate(Problem.Outside, (sum, choice) => sum + choice.Cost);
        return new()
        {
            Operations = [.. choices.Select(c => c.Operation)],
            Score = choices.Sum(c => c.Score),
            Gap = gap,
            PredictedMs = cost.LatencyMs,
            Parameters = cost.Parameters,
            MultiplyAccumulates = cost.MultiplyAccumulates,
        };
    }

    /// <summary>Every candidate, with how often the solutions chose it and what beats it.</summary>
    public IReadOnlyList<CandidateResult> Candidates(IReadOnlyList<ArchitectureResult> solutions) => [.. _graph.Candidates.Select(candidate =>
    {
        var score = candidate.Score is { } step ? _scores.GetValueOrDefault(step.Key) : new ScoreStepResult(0, 0, 0, 0);
        int position = candidate.Position.Index;
        return new CandidateResult
        {
            Position = position,
            Operation = candidate.Operation.Text,
            Score = ScoreOf(candidate),
            LossRise = score?.LossRise,
            KullbackLeibler = score?.KullbackLeibler,
            FeatureError = score?.FeatureError,
            LatencyMs = CostOf(candidate).LatencyMs,
            MeasuredMs = _lookup.MeasuredOf(candidate),
            Parameters = candidate.Cost.Parameters,
            Chosen = solutions.Count(s => s.Operations[position - 1] == candidate.Operation.Text),
            DominatedBy = Dominating(candidate),
        };
    })];

    private string? Dominating(AccelerationCandidate candidate)
    {
        if (ScoreOf(candidate) is not { } score)
        {
            return null;
        }

        double latency = CostOf(candidate).LatencyMs;
        return Problem.Positions[candidate.Position.Index - 1]
            .Where(c => c.Cost.LatencyMs <= latency && c.Score <= score && (c.Cost.LatencyMs < latency || c.Score < score))
            .MinBy(c => c.Score)?.Operation;
    }

    private double? ScoreOf(AccelerationCandidate candidate) => candidate.Score is not { } step ? 0
        : _scores.GetValueOrDefault(step.Key) is not { } result ? null
        : _graph.Plan.Selection.Score switch
        {
            "loss" => result.LossRise,
            "feature-error" => result.FeatureError,
            _ => result.KullbackLeibler,
        };

    private ArchitectureCost CostOf(AccelerationCandidate candidate) => new(
        _lookup.LatencyMs[(candidate.Position.Index, candidate.Operation.Text)], candidate.Cost.Parameters, candidate.Cost.MultiplyAccumulates);
}
