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
        var core = new Core(_problem, _bound, _width);
        if (!core.CoverPositions())
        {
            return null; // an infinite bound: nothing fits the budget
        }

        LimitCosts(core);
        _forbidden.ForEach(f => core.LimitCommon(f.Choices, f.MostCommon));
        core.MinimizeScore();
        return core.Solve(seconds, outside);
    }

    private void LimitCosts(Core core)
    {
        if (double.IsFinite(_problem.BudgetMs))
        {
            core.Limit(StepsOf, StepsWithin(_problem.BudgetMs, _problem.Outside));
        }

        if (_problem.MaxParameters is { } parameters)
        {
            core.Limit(c => c.Parameters, parameters - _problem.Outside.Parameters);
        }

        if (_problem.MaxMultiplyAccumulates is { } multiplyAccumulates)
        {
            core.Limit(c => c.MultiplyAccumulates, multiplyAccumulates - _problem.Outside.MultiplyAccumulates);
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

    /// <summary>
    /// The program of the promising operations. What the solver finds among equals depends on the order in which variables and constraints are added: variables
    /// by position and operation; then covers, limits, forbidden solutions and the score.
    /// </summary>
    private sealed class Core
    {
        private readonly SelectionProblem _problem;
        private readonly CpModel _model = new();
        private readonly List<(int Start, int Index, OperationChoice Choice, BoolVar Variable)> _offers;
        private readonly Dictionary<(int Start, int Index), BoolVar> _variables;
        private double _scoreUnit, _lowestScore;

        /// <param name="problem">The problem.</param>
        /// <param name="bound">Says how promising operations are.</param>
        /// <param name="width">Those that raise the bound by no more are offered.</param>
        public Core(SelectionProblem problem, LagrangianBound bound, double width)
        {
            _problem = problem;
            _offers =
            [
                .. bound.BoundRises.SelectMany((rises, i) => Enumerable.Range(0, rises.Length).Where(j => rises[j] <= width)
                    .Select(j => (i, j, problem.Positions[i][j], _model.NewBoolVar(Invariant($"z{i},{j}"))))),
            ];
            _variables = _offers.ToDictionary(o => (o.Start, o.Index), o => o.Variable);
        }

        private IEnumerable<BoolVar> Variables => _offers.Select(o => o.Variable);

        /// <summary>Of the operations that cover a position exactly one holds; false where none is offered for one.</summary>
        public bool CoverPositions()
        {
            var covering = _problem.Positions.Select(_ => new List<BoolVar>()).ToList();
            foreach (var offer in _offers)
            {
                covering.GetRange(offer.Start, offer.Choice.Length).ForEach(c => c.Add(offer.Variable));
            }

            if (covering.Any(c => c.Count == 0))
            {
                return false;
            }

            covering.ForEach(c => _model.AddExactlyOne(c));
            return true;
        }

        /// <summary>Limits a sum of costs.</summary>
        public void Limit(Func<ArchitectureCost, long> weight, long limit) =>
            _model.AddLinearConstraint(LinearExpr.WeightedSum(Variables, _offers.Select(o => weight(o.Choice.Cost))), long.MinValue / 4, limit);

        /// <summary>Limits how many positions have the same as in a solution.</summary>
        public void LimitCommon((int Start, int Index, int Length)[] solution, int mostCommon)
        {
            var held = solution.Where(c => _variables.ContainsKey((c.Start, c.Index))).ToList(); // what is outside the core is held by no solution of it
            _model.AddLinearConstraint(
                LinearExpr.WeightedSum(held.Select(c => _variables[(c.Start, c.Index)]), held.Select(c => (long)c.Length)), 0, mostCommon);
        }

        /// <summary>Makes the sum of the scores what is minimised.</summary>
        public void MinimizeScore()
        {
            // Shifting the scores of all that cover a position changes nothing but the sum: from 0 up they keep most of their digits.
            var single = _offers.Where(o => o.Choice.Length == 1).ToLookup(o => o.Start, o => o.Choice.Score);
            var lowest = _problem.Positions.Select((_, i) => single[i].DefaultIfEmpty(0).Min()).ToList();
            var shifted = _offers.ConvertAll(o => o.Choice.Score - lowest.GetRange(o.Start, o.Choice.Length).Sum());
            double largest = shifted.Max(Math.Abs);
            _scoreUnit = largest > 0 ? largest / ScoreSteps : 1;
            _lowestScore = lowest.Sum();
            _model.Minimize(LinearExpr.WeightedSum(Variables, shifted.Select(s => (long)Math.Round(s / _scoreUnit))));
        }

        /// <summary>The best of the core; null where nothing is within the limits.</summary>
        /// <param name="seconds">The time for it.</param>
        /// <param name="outside">No architecture with an operation outside the core scores lower.</param>
        /// <exception cref="RunException">Time ran out before any was found.</exception>
        public SelectedArchitecture? Solve(double seconds, double outside)
        {
            // The solver's own measure of time, about a second each, so that a result does not depend on what else the machine does.
            var solver = new CpSolver
            {
                StringParameters = Invariant($"num_workers:1 random_seed:0 linearization_level:2 cp_model_probing_level:0 max_deterministic_time:{seconds}"),
            };
            var status = solver.Solve(_model);
            return status switch
            {
                CpSolverStatus.Infeasible => null,
                CpSolverStatus.Optimal => Solution(solver, bound: double.PositiveInfinity),
                CpSolverStatus.Feasible => Solution(solver, Math.Min(outside, solver.BestObjectiveBound * _scoreUnit + _lowestScore)),
                _ => throw new RunException(
                    Invariant($"the selection found no architecture in {seconds:0.#} units of its time ({status}); offer fewer operations or looser limits.")
                ),
            };
        }

        private SelectedArchitecture Solution(CpSolver solver, double bound)
        {
            var chosen = _offers.FindAll(o => solver.BooleanValue(o.Variable)).ConvertAll(o => o.Choice);
            double score = chosen.Sum(c => c.Score);
            return new(chosen, score, chosen.Aggregate(_problem.Outside, (sum, c) => sum + c.Cost), Math.Min(score, bound));
        }
    }
}
