using Graft.Operations;
using Graft.Selection;

namespace Graft.Steps;

/// <summary>What operations take in their network, from latencies that were measured one by one (<b>LANA</b>'s look-up table).</summary>
/// <param name="step">What was measured.</param>
/// <param name="result">The latencies.</param>
internal sealed class OperationLatencies(LatencyStep step, LatencyStepResult result)
{
    private readonly double _call = result.Call.Interval()!.Median;
    private readonly Dictionary<OperationAt, double> _measured = step.Operations.Zip(result.Operations)
        .ToDictionary(x => x.First, x => x.Second.Interval()!.Median);

    /// <summary>The latency of the teacher in milliseconds, measured whole.</summary>
    public double TeacherMs { get; } = result.Teacher.Interval()!.Median;

    /// <summary>The latency of an operation in milliseconds, the cost of calling the runtime taken off. An identity is not there at all.</summary>
    /// <param name="operation">The operation.</param>
    public double Of(OperationAt operation) =>
        operation.Operation == IdentityOperation.FamilyName ? 0 : Math.Max(0, _measured[operation] - _call);

    /// <summary>
    /// The problem of choosing one of the candidates for each place. What the teacher takes beyond its own operations lies outside all positions.
    /// </summary>
    /// <param name="candidates">What places may hold, the teacher's own operations among it; places ascending.</param>
    /// <param name="parameters">The teacher's trainable parameters.</param>
    /// <param name="multiplyAccumulates">The teacher's multiply-accumulates for one image.</param>
    /// <param name="budgetMs">The budget in milliseconds.</param>
    public SelectionProblem ProblemOf(
        IReadOnlyList<(OperationAt At, OperationChoice Choice)> candidates, long parameters, long multiplyAccumulates, double budgetMs)
    {
        var own = candidates.Where(c => c.At.IsOwn).Select(c => c.Choice.Cost).Aggregate((a, b) => a + b);
        return new()
        {
            Positions = [.. candidates.GroupBy(c => c.At.Place.First).Select(first => (IReadOnlyList<OperationChoice>)[.. first.Select(c => c.Choice)])],
            Outside = new(Math.Max(0, TeacherMs - own.LatencyMs), parameters - own.Parameters, multiplyAccumulates - own.MultiplyAccumulates),
            BudgetMs = budgetMs,
        };
    }

    /// <summary>Makes sure that some of the architectures that candidates make up are within a budget, whatever they score.</summary>
    /// <param name="candidates">The candidates, the teacher's own operations among them; places ascending.</param>
    /// <param name="budget">The budget. What the teacher meets is met by the teacher.</param>
    /// <exception cref="ConfigurationException">None is.</exception>
    public void RequireFeasible(IEnumerable<OperationAt> candidates, LatencyBudget budget)
    {
        double budgetMs = budget.ToMs(TeacherMs);
        if (budgetMs < TeacherMs)
        {
            var choices = candidates.Select(c => (c, new OperationChoice(c.Operation, Score: 0, new(Of(c), 0, 0)) { Length = c.Place.Length })).ToList();
            ArchitectureSelector.RequireFeasible(ProblemOf(choices, parameters: 0, multiplyAccumulates: 0, budgetMs));
        }
    }
}
