using Google.OrTools.Sat;

namespace Graft.Selection;

/// <summary>
/// A <see cref="SelectionProblem"/> as an integer program: one Boolean z for each operation at each position; of those that cover a position exactly one
/// holds. Only a core of promising operations is given to the solver; the core grows until the Lagrangian bound proves that nothing outside it can be better
/// (the expanding core of Pisinger 1995 for multiple-choice knapsacks).
/// </summary>
internal sealed class SelectionModel
{
    // Whole numbers that a millisecond is divided into; latencies are rounded up, the budget down.
    private const double LatencySteps = 1e6;

    // Likewise the largest score of the core.
    private const double ScoreSteps = 1e8;

    private const int FirstCorePerPosition = 8;

    private readonly SelectionProblem _problem;
    private readonly LagrangianBound _bound;
    private readonly double[] _rises; // of the bound, ascending
    private readonly List<((int Start, int Index, int Length)[] Choices, int MostCommon)> _forbidden = [];
    private double _width;

    public SelectionModel(SelectionProblem problem, LagrangianBound bound)
    {
        _problem = problem;
        _bound = bound;
        _rises = [.. bound.BoundRises.SelectMany(costs => costs).Order()];
        _width = _rises[Math.Min(FirstCorePerPosition * problem.Positions.Count, _rises.Length) - 1];
    }

    /// <summary>The best architecture that is allowed; null where none is.</summary>
    /// <param name="seconds">The time for it.</param>
    /// <exception cref="RunException">Time ran out before any was found.</exception>
    public SelectedArchitecture? Solve(double seconds)
    {
        while (true)
        {
            bool whole = _width >= _rises[^1];
            double outside = whole ? double.PositiveInfinity : _bound.Value + _width; // no architecture with an operation outside the core scores lower
            var solution = SolveCore(seconds, outside);
            if (solution?.Gap > 0 || solution?.Score <= outside || whole)
            {
                return solution;
            }

            int size = _rises.Count(cost => cost <= _width);
            _width = Math.Max(2 * _width, _rises[Math.Min(2 * size, _rises.Length) - 1]);
        }
    }

    /// <summary>Allows only architectures that have at most <paramref name="mostCommon"/> positions in common with a solution.</summary>
    public void Forbid(SelectedArchitecture solution, int mostCommon) =>
        _forbidden.Add(
            (
                [.. SelectedArchitecture.Cover(solution.Choices).Select(c => (c.Start, IndexOf(_problem.Positions[c.Start], c.Choice), c.Choice.Length))],
                mostCommon
            )
        );

    /// <summary>The smallest budget in milliseconds that an architecture is within, as the program counts.</summary>
    public static double SmallestBudgetMs(ArchitectureCost outside, IEnumerable<OperationChoice> choices)
    {
        long steps = choices.Sum(c => StepsOf(c.Cost));
        double budget = outside.LatencyMs + steps / LatencySteps;
        while (StepsWithin(budget, outside) < steps)
        {
            budget = Math.BitIncrement(budget); // the sum above is rounded to nearest
        }

        return budget;
    }

    private static long StepsOf(ArchitectureCost cost) => (long)Math.Ceiling(cost.LatencyMs * LatencySteps);

    private static long StepsWithin(double budgetMs, ArchitectureCost outside) => (long)Math.Floor((budgetMs - outside.LatencyMs) * LatencySteps);

    private SelectedArchitecture? SolveCore(double seconds, double outside)
    {
        var core = _bound.BoundRises.Select(costs => Enumerable.Range(0, costs.Length).Where(j => costs[j] <= _width).ToArray()).ToList();
        var model = new CpModel();
        var z = core.Select((indices, i) => indices.ToDictionary(j => j, j => model.NewBoolVar(Invariant($"z{i},{j}")))).ToList();
        var covering = z.Select(_ => new List<BoolVar>()).ToList();
        foreach (var (i, position) in z.Index())
        {
            foreach (var (j, variable) in position)
            {
                covering.GetRange(i, _problem.Positions[i][j].Length).ForEach(c => c.Add(variable));
            }
        }

        if (covering.Any(c => c.Count == 0))
        {
            return null; // an infinite bound: nothing fits the budget
        }

        covering.ForEach(c => model.AddExactlyOne(c));
        var variables = z.SelectMany(position => position.Values).ToList();
        var choices = core.SelectMany((indices, i) => indices.Select(j => _problem.Positions[i][j])).ToList();
        if (double.IsFinite(_problem.BudgetMs))
        {
            Limit(StepsOf, StepsWithin(_problem.BudgetMs, _problem.Outside));
        }

        if (_problem.MaxParameters is { } parameters)
        {
            Limit(c => c.Parameters, parameters - _problem.Outside.Parameters);
        }

        if (_problem.MaxMultiplyAccumulates is { } multiplyAccumulates)
        {
            Limit(c => c.MultiplyAccumulates, multiplyAccumulates - _problem.Outside.MultiplyAccumulates);
        }

        foreach (var (forbidden, mostCommon) in _forbidden)
        {
            // Solutions stay in a core that only grows.
            model.AddLinearConstraint(LinearExpr.WeightedSum(forbidden.Select(c => z[c.Start][c.Index]), forbidden.Select(c => (long)c.Length)), 0, mostCommon);
        }

        // Shifting the scores of all that cover a position changes nothing but the sum: from 0 up they keep most of their digits.
        var offered = core.Select((indices, i) => indices.Select(j => _problem.Positions[i][j]).ToList()).ToList();
        var lowest = offered.Select(position => position.Where(c => c.Length == 1).Select(c => c.Score).DefaultIfEmpty(0).Min()).ToList();
        var shifted = offered.SelectMany((position, i) => position.Select(c => c.Score - lowest.GetRange(i, c.Length).Sum())).ToList();
        double unit = shifted.Max(Math.Abs) > 0 ? shifted.Max(Math.Abs) / ScoreSteps : 1;
        model.Minimize(LinearExpr.WeightedSum(variables, shifted.Select(s => (long)Math.Round(s / unit))));

        // The solver's own measure of time, about a second each, so that a result does not depend on what else the machine does.
        var solver = new CpSolver
        {
            StringParameters = Invariant($"num_workers:1 random_seed:0 linearization_level:2 cp_model_probing_level:0 max_deterministic_time:{seconds}"),
        };
        var status = solver.Solve(model);
        return status switch
        {
            CpSolverStatus.Infeasible => null,
            CpSolverStatus.Optimal => Solution(bound: double.PositiveInfinity),
            CpSolverStatus.Feasible => Solution(Math.Min(outside, solver.BestObjectiveBound * unit + lowest.Sum())),
            _ => throw new RunException(
                Invariant($"the selection found no architecture in {seconds:0.#} units of its time ({status}); offer fewer operations or looser limits.")
            ),
        };

        void Limit(Func<ArchitectureCost, long> weight, long limit) =>
            model.AddLinearConstraint(LinearExpr.WeightedSum(variables, choices.Select(c => weight(c.Cost))), long.MinValue / 4, limit);

        SelectedArchitecture Solution(double bound)
        {
            var chosen = z.SelectMany((position, i) => position.Where(v => solver.BooleanValue(v.Value)).Select(v => _problem.Positions[i][v.Key])).ToList();
            double score = chosen.Sum(c => c.Score);
            return new(chosen, score, chosen.Aggregate(_problem.Outside, (sum, c) => sum + c.Cost), Math.Min(score, bound));
        }
    }

    private static int IndexOf(IReadOnlyList<OperationChoice> choices, OperationChoice choice)
    {
        for (int i = 0; i < choices.Count; i++)
        {
            if (ReferenceEquals(choices[i], choice))
            {
                return i;
            }
        }

        throw new ArgumentException($"'{choice.Operation}' is no choice of this problem.", nameof(choice));
    }
}
