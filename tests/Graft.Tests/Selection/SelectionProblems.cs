using CsCheck;
using Graft.Selection;

namespace Graft.Tests.Selection;

/// <summary>Selection problems made up for tests, and the other ways to solve them that the selector is held against.</summary>
internal static class SelectionProblems
{
    /// <summary>Up to 4 positions of up to 5 operations, with budgets from too small to more than enough, and sometimes other limits.</summary>
    public static Gen<SelectionProblem> Small { get; } =
        from positions in Gen.Select(Gen.Double[-0.5, 3], Milliseconds(2), Gen.Long[0, 1000], Gen.Long[0, 1000]).Array[1, 5].Array[1, 4]
        from budget in Milliseconds(6)
        from parameters in Gen.Long[0, 4000].Nullable()
        from multiplyAccumulates in Gen.Long[0, 4000].Nullable()
        from overlap in Gen.Double[0, 0.99]
        select new SelectionProblem
        {
            Positions = [.. positions.Select(choices =>
                (IReadOnlyList<OperationChoice>)[.. choices.Select((c, j) => new OperationChoice($"operation{j}", c.Item1, new(c.Item2, c.Item3, c.Item4)))])],
            Outside = new(0.125, 10, 10),
            BudgetMs = budget,
            MaxParameters = parameters,
            MaxMultiplyAccumulates = multiplyAccumulates,
            MaxOverlap = overlap,
        };

    /// <summary>Up to 5 positions, each with up to 3 operations of its own and up to 2 for runs of up to 3 positions.</summary>
    public static Gen<SelectionProblem> SmallWithRuns { get; } =
        from own in Gen.Select(Gen.Double[-0.5, 3], Milliseconds(2), Gen.Long[0, 1000], Gen.Long[0, 1000]).Array[1, 3].Array[1, 5]
        from runs in Gen.Select(Gen.Double[-0.5, 5], Milliseconds(3), Gen.Long[0, 1500], Gen.Long[0, 1500], Gen.Int[2, 3]).Array[0, 2].Array[own.Length]
        from budget in Milliseconds(6)
        from parameters in Gen.Long[0, 4000].Nullable()
        from multiplyAccumulates in Gen.Long[0, 4000].Nullable()
        from overlap in Gen.Double[0, 0.99]
        select new SelectionProblem
        {
            Positions = [.. own.Select((choices, i) => (IReadOnlyList<OperationChoice>)
            [
                .. choices.Select((c, j) => new OperationChoice($"operation{j}", c.Item1, new(c.Item2, c.Item3, c.Item4))),
                .. runs[i]
                .Where(c => i + c.Item5 <= own.Length)
                .Select((c, j) => new OperationChoice($"run{j}", c.Item1, new(c.Item2, c.Item3, c.Item4)) { Length = c.Item5 }),
            ])],
            Outside = new(0.125, 10, 10),
            BudgetMs = budget,
            MaxParameters = parameters,
            MaxMultiplyAccumulates = multiplyAccumulates,
            MaxOverlap = overlap,
        };

    // Whole 64ths: their sums are exact, and whole numbers of nanoseconds, so that the brute force and the solver round nothing.
    private static Gen<double> Milliseconds(int most) => Gen.Int[0, 64 * most].Select(n => n / 64.0);

    /// <summary>
    /// As <see cref="Large"/>, with operations for all runs up to a length; each is as a single one, but for its score, which grows with the length.
    /// </summary>
    public static SelectionProblem LargeWithRuns(int positions, int operations, int longest, double budgetPart, int seed)
    {
        var random = new Random(seed);
        var single = Large(positions, operations, budgetPart, seed);
        return single with
        {
            Positions = [.. single.Positions.Select((choices, i) => (IReadOnlyList<OperationChoice>)
            [
                .. choices,
                .. Enumerable.Range(2, Math.Max(0, Math.Min(longest, positions - i) - 1)).SelectMany(length => Enumerable.Range(1, operations)
                    .Select(j => Choice(random, j)).Select(c => c with { Score = (c.Score + 0.02) * Math.Pow(length, 1.5), Length = length })),
            ])],
        };
    }

    /// <summary>A problem of a real one's kind: what is faster is, on the whole, worse, and the teacher's own operation costs 1 ms at score 0.</summary>
    public static SelectionProblem Large(int positions, int operations, double budgetPart, int seed)
    {
        var random = new Random(seed);
        return new()
        {
            Positions =
            [
                .. Enumerable
                    .Range(0, positions)
                    .Select(_ => (IReadOnlyList<OperationChoice>)[.. Enumerable.Range(0, operations).Select(j => Choice(random, j))]),
            ],
            Outside = new(0.2, 1000, 1000),
            BudgetMs = 0.2 + budgetPart * positions,
        };
    }

    /// <summary>Three operations each: the teacher's own, half of it, or nothing at all. The budget is half of the teacher's latency.</summary>
    public static SelectionProblem Removal(int positions, int seed)
    {
        var random = new Random(seed);
        return new()
        {
            Positions = [.. Enumerable.Range(0, positions).Select(_ => (IReadOnlyList<OperationChoice>)
            [
                new("teacher", 0, new(1, 100, 100)),
                new("half", 0.002 * Math.Exp(2.4 * random.NextDouble()), new(0.45 + 0.15 * random.NextDouble(), 50, 50)),
                new("identity", 0.017 * Math.Exp(2.8 * random.NextDouble()), new(0, 0, 0)),
            ])],
            Outside = new(0.2, 10, 10),
            BudgetMs = 0.2 + 0.5 * positions,
        };
    }

    /// <summary>All architectures within the limits.</summary>
    public static IEnumerable<IReadOnlyList<OperationChoice>> Feasible(SelectionProblem problem) =>
        Covers(problem, 0).Where(choices => IsWithin(problem, choices));

    private static IEnumerable<IReadOnlyList<OperationChoice>> Covers(SelectionProblem problem, int start) =>
        start == problem.Positions.Count
            ?
            [
                [],
            ]
            : problem
                .Positions[start]
                .SelectMany(choice => Covers(problem, start + choice.Length).Select(rest => (IReadOnlyList<OperationChoice>)[choice, .. rest]));

    public static bool IsWithin(SelectionProblem problem, IReadOnlyList<OperationChoice> choices)
    {
        var cost = CostOf(problem, choices);
        return cost.LatencyMs <= problem.BudgetMs
            && cost.Parameters <= (problem.MaxParameters ?? long.MaxValue)
            && cost.MultiplyAccumulates <= (problem.MaxMultiplyAccumulates ?? long.MaxValue);
    }

    public static ArchitectureCost CostOf(SelectionProblem problem, IReadOnlyList<OperationChoice> choices) =>
        choices.Aggregate(problem.Outside, (sum, choice) => sum + choice.Cost);

    /// <summary>Positions that two architectures hold in common, counted position by position.</summary>
    public static int Common(IReadOnlyList<OperationChoice> a, IReadOnlyList<OperationChoice> b)
    {
        return ByPosition(a)
            .Zip(ByPosition(b))
            .Count(pair => pair.First.Offset == pair.Second.Offset && ReferenceEquals(pair.First.Choice, pair.Second.Choice));

        static IEnumerable<(OperationChoice Choice, int Offset)> ByPosition(IReadOnlyList<OperationChoice> choices) =>
            choices.SelectMany(c => Enumerable.Range(0, c.Length).Select(offset => (c, offset)));
    }

    /// <summary>Greedy: from the lowest scores, again and again the swap that buys latency at the least score, until the budget is met.</summary>
    public static double Greedy(SelectionProblem problem)
    {
        var choices = problem.Positions.Select(position => position.MinBy(c => c.Score)!).ToList();
        while (!IsWithin(problem, choices))
        {
            var swap = choices.SelectMany((now, i) => problem.Positions[i].Where(c => c.Cost.LatencyMs < now.Cost.LatencyMs).Select(c => (i, c, now)))
                .MinBy(s => (s.c.Score - s.now.Score) / (s.now.Cost.LatencyMs - s.c.Cost.LatencyMs));
            choices[swap.i] = swap.c;
        }

        return choices.Sum(c => c.Score);
    }

    /// <summary>The best of many random architectures within the budget.</summary>
    public static double BestOfRandom(SelectionProblem problem, int draws, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, draws)
            .Select(_ => (IReadOnlyList<OperationChoice>)[.. problem.Positions.Select(position => position[random.Next(position.Count)])])
            .Where(choices => IsWithin(problem, choices))
            .Select(choices => choices.Sum(c => c.Score))
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min();
    }

    private static OperationChoice Choice(Random random, int index)
    {
        if (index == 0)
        {
            return new("teacher", 0, new(1, 10_000, 1_000_000));
        }

        double latency = random.NextDouble() * 1.6;
        double score = Math.Max(0, 0.4 * Math.Exp(-1.5 * latency) * (0.3 + 1.4 * random.NextDouble()));
        return new($"operation{index}", score, new(latency, (long)(1e4 * latency), (long)(1e6 * latency)));
    }
}
