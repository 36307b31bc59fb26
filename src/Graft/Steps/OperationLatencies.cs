using Graft.Analysis;
using Graft.Operations;
using Graft.Selection;

namespace Graft.Steps;

/// <summary>
/// What operations take in their network, from latencies that were measured one by one (<b>LANA</b>'s look-up table). One after another in a network they
/// need not take what each takes by itself, with its weights in the cache: all are scaled by one factor, such that they add up to two whole networks, the
/// teacher and the smallest, as far as these are known.
/// </summary>
internal sealed class OperationLatencies
{
    private const double LargestFactor = 2; // beyond it is no property of a network, but of a moment

    private readonly double _call;
    private readonly Dictionary<OperationAt, double> _measured;

    /// <param name="step">What was measured.</param>
    /// <param name="result">The latencies.</param>
    public OperationLatencies(LatencyStep step, LatencyStepResult result)
    {
        _call = result.Call.Interval()!.Median;
        _measured = step.Operations.Zip(result.Operations).ToDictionary(x => x.First, x => x.Second.Interval()!.Median);
        TeacherMs = result.Teacher.Interval()!.Median;
        TeacherSumMs = step.Operations.Where(o => o.IsOwn).Sum(ByItself);
        Factor = step.Smallest is { } smallest && result.Architectures is [var measured] && measured.Interval() is { } smallestMs
            ? FactorOf(result.Teacher.Interval()!, TeacherSumMs, smallestMs, SumOf(smallest))
            : 1;
    }

    /// <summary>The latency of the teacher in milliseconds, measured whole.</summary>
    public double TeacherMs { get; }

    /// <summary>The sum of the teacher's own operations in milliseconds, each measured by itself, the cost of calling the runtime taken off.</summary>
    public double TeacherSumMs { get; }

    /// <summary>What operations take in a network, over what they take by themselves; from a half to two, 1 where no smallest network was measured.</summary>
    public double Factor { get; }

    /// <summary>
    /// The latency of an operation in a network in milliseconds, without the cost of calling the runtime. An identity is not there at all.
    /// </summary>
    /// <param name="operation">The operation.</param>
    public double Of(OperationAt operation) => Factor * ByItself(operation);

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

    // 1 where the intervals of both networks allow it, else the nearest factor that they allow; and no more than leaves something for what lies outside all
    // positions.
    private static double FactorOf(MedianInterval teacherMs, double teacherSumMs, MedianInterval smallestMs, double smallestSumMs)
    {
        double sums = teacherSumMs - smallestSumMs;
        if (sums <= 0)
        {
            return 1;
        }

        double nearest = Math.Min(Math.Max(1, (teacherMs.Lower - smallestMs.Upper) / sums), (teacherMs.Upper - smallestMs.Lower) / sums);
        return Math.Min(Math.Clamp(nearest, 1 / LargestFactor, LargestFactor), teacherMs.Median / teacherSumMs);
    }

    private double ByItself(OperationAt operation) =>
        operation.Operation == IdentityOperation.FamilyName ? 0 : Math.Max(0, _measured[operation] - _call);

    private double SumOf(IReadOnlyList<OperationAt> changes) => TeacherSumMs + changes.Sum(change =>
        ByItself(change) - _measured.Keys.Where(o => o.IsOwn && o.Place.First >= change.Place.First && o.Place.Last <= change.Place.Last).Sum(ByItself));
}
