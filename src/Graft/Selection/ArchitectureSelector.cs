namespace Graft.Selection;

/// <summary>
/// Solves <see cref="SelectionProblem"/>s exactly: the best architecture by integer programming (CP-SAT of Google OR-Tools); those that must differ from it by
/// enumerating architectures in the order of their scores, and by integer programs again where there are too many. The same problem gives the same solutions.
/// </summary>
/// <remarks>
/// CP-SAT computes in whole numbers: latencies are rounded up to nanoseconds and the budget down, so that a solution is never over it; scores are rounded to
/// 10⁻⁸ of the largest one, and optimality holds to within that.
/// Differs from the paper: LANA (eq. 4) leaves open which earlier solutions a new one must differ from; here it is all of them, as the text says.
/// </remarks>
internal static class ArchitectureSelector
{
    private const double SmallestWidth = 1e-6, Widening = 1.25, LeastWidening = 1.1;

    /// <summary>Finds up to <paramref name="count"/> architectures, best first, each the best of those that differ enough from all before it.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="count">How many to look for; fewer are returned where no further one is allowed.</param>
    /// <param name="secondsEach">The solver's time for each, in its own measure of about a second; one that ends without a proof states its gap.</param>
    /// <param name="cancellation">Ends the search between two solutions.</param>
    /// <exception cref="ConfigurationException">No architecture is within the limits; the message says what the least possible is.</exception>
    public static IReadOnlyList<SelectedArchitecture> Select(
        SelectionProblem problem, int count, double secondsEach = 10, CancellationToken cancellation = default)
    {
        Check(problem, count);
        var bound = new LagrangianBound(problem);
        var model = new SelectionModel(problem, bound);
        var first = model.Solve(secondsEach) ?? throw Infeasible(problem);
        int mostCommon = (int)Math.Floor(problem.MaxOverlap * problem.Positions.Count + 1e-9);
        var found = first.IsOptimal && count > 1 ? Enumerate(problem, bound, first, count, mostCommon, cancellation) : [first];
        foreach (var solution in found)
        {
            model.Forbid(solution, mostCommon);
        }

        while (found.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            if (model.Solve(secondsEach) is not { } solution)
            {
                break;
            }

            found.Add(solution);
            model.Forbid(solution, mostCommon);
        }

        return found;
    }

    // All architectures in the order of their scores, passing over those too like one before: as many solutions at once as there are before the numbers grow
    // too large.
    private static List<SelectedArchitecture> Enumerate(
        SelectionProblem problem, LagrangianBound bound, SelectedArchitecture first, int count, int mostCommon, CancellationToken cancellation)
    {
        List<SelectedArchitecture> found = [first];
        double width = Math.Max(first.Score - bound.Value, SmallestWidth * Math.Max(1, Math.Abs(first.Score)));
        double widest = bound.WidestGap, listed = 0, widening = Widening;
        while (found.Count < count)
        {
            if (new ArchitectureEnumerator(problem, bound, found, mostCommon).WithScoreUpTo(bound.Value + width, cancellation) is not { } all)
            {
                widening = Math.Sqrt(widening);
                if (listed == 0 || widening < LeastWidening)
                {
                    break; // the integer program looks for the rest
                }

                width = listed * widening;
                continue;
            }

            var earlier = found;
            found = [.. earlier];
            bool Differs(IReadOnlyList<OperationChoice> choices) =>
                found.Skip(earlier.Count).All(f => SelectedArchitecture.Common(f.Choices, choices) <= mostCommon);
            foreach (var choices in all.TakeWhile(_ => found.Count < count).Where(Differs))
            {
                double score = choices.Sum(c => c.Score);
                found.Add(new(choices, score, choices.Aggregate(problem.Outside, (sum, c) => sum + c.Cost), score));
            }

            if (width >= widest)
            {
                break; // there are no others
            }

            listed = width;
            width *= widening;
        }

        return found;
    }

    /// <summary>The best architecture for each budget: the front of score against latency. Budgets that nothing fits are left out.</summary>
    /// <param name="problem">The problem; its own budget does not matter.</param>
    /// <param name="budgetsMs">The budgets in milliseconds.</param>
    /// <param name="secondsEach">The solver's time for each.</param>
    /// <param name="cancellation">Ends the search between two solutions.</param>
    public static IReadOnlyList<SelectedArchitecture> Sweep(
        SelectionProblem problem, IEnumerable<double> budgetsMs, double secondsEach = 10, CancellationToken cancellation = default)
    {
        Check(problem, count: 1);
        var found = new List<SelectedArchitecture>();
        foreach (double budget in budgetsMs)
        {
            cancellation.ThrowIfCancellationRequested();
            if (new SelectionModel(problem with { BudgetMs = budget }, new(problem with { BudgetMs = budget })).Solve(secondsEach) is { } solution)
            {
                found.Add(solution);
            }
        }

        return found;
    }

    /// <summary>
    /// The least budget that some architecture within the other limits meets, to a nanosecond for each position; null where none is within them.
    /// </summary>
    public static double? SmallestFeasibleBudgetMs(SelectionProblem problem)
    {
        Check(problem, count: 1);
        var byLatency = ByLatency(problem);
        return new SelectionModel(byLatency, new(byLatency)).Solve(seconds: 60) is { } fastest
            ? SelectionModel.SmallestBudgetMs(problem.Outside, fastest.Choices)
            : null;
    }

    /// <summary>Makes sure that the fastest architecture of all, whatever its size, is within the budget: a path problem, which needs no solver.</summary>
    /// <param name="problem">The problem; its scores do not matter.</param>
    /// <exception cref="ConfigurationException">It is not; the message says what the least possible is.</exception>
    public static void RequireFeasible(SelectionProblem problem)
    {
        Check(problem, count: 1);
        if (problem.Outside.LatencyMs + new LagrangianBound(ByLatency(problem)).Value > problem.BudgetMs)
        {
            throw Infeasible(problem with { MaxParameters = null, MaxMultiplyAccumulates = null });
        }
    }

    private static SelectionProblem ByLatency(SelectionProblem problem) => problem with
    {
        Positions = [.. problem.Positions.Select(choices => (IReadOnlyList<OperationChoice>)[.. choices.Select(c => c with { Score = c.Cost.LatencyMs })])],
        BudgetMs = double.PositiveInfinity,
    };

    private static ConfigurationException Infeasible(SelectionProblem problem)
    {
        string others = string.Join(" and ", new[]
        {
            problem.MaxParameters is { } parameters ? Invariant($"{parameters:N0} parameters") : null,
            problem.MaxMultiplyAccumulates is { } multiplyAccumulates ? Invariant($"{multiplyAccumulates:N0} multiply-accumulates") : null,
        }.Where(limit => limit is not null));
        return SmallestFeasibleBudgetMs(problem) is { } smallest
            ? new(Invariant($"No architecture is within the latency budget of {problem.BudgetMs:G4} ms{(others.Length > 0 ? $" and {others}" : "")}: ")
                + Invariant($"the fastest takes {LatencyBudget.Shown(smallest)} ms. Raise the budget to that at least, or offer more operations."))
            : new($"No architecture has at most {others}, however slow. Raise these limits or offer smaller operations.");
    }

    private static void Check(SelectionProblem problem, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (problem.Positions.Count == 0 || problem.Positions.Any(choices => choices.All(c => c.Length != 1)))
        {
            throw new ArgumentException("Every position needs at least one operation for it alone, and there must be positions.", nameof(problem));
        }

        foreach (var outside in problem.Positions.SelectMany((choices, i) => choices.Where(c => c.Length < 1 || i + c.Length > problem.Positions.Count)))
        {
            throw new ArgumentException(
                Invariant($"'{outside.Operation}' stands for {outside.Length} positions, more than there are from its first one on."), nameof(problem));
        }

        if (
            problem.Positions.SelectMany(choices => choices).FirstOrDefault(c => !double.IsFinite(c.Score) || !(c.Cost.LatencyMs is >= 0 and < 1e9)) is
            { } wrong
        )
        {
            throw new ArgumentException(
                Invariant($"'{wrong.Operation}' has score {wrong.Score} and latency {wrong.Cost.LatencyMs} ms; both must be numbers, the latency at least 0."),
                nameof(problem)
            );
        }

        if (!(problem.MaxOverlap is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(problem),
                problem.MaxOverlap,
                "The overlap of solutions lies in [0, 1): at 1 the same one would come again."
            );
        }
    }
}
