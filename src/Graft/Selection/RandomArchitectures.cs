using Graft.Runtime;

namespace Graft.Selection;

/// <summary>Draws architectures by chance whose latency is close below the budget: what a selection is held against at equal latency.</summary>
internal static class RandomArchitectures
{
    private const double Band = 0.1;
    private const int MovesPerArchitecture = 2000;

    /// <summary>
    /// Draws architectures with a latency of 90 to 100 % of the budget. Each starts from operations drawn evenly at every position; then positions drawn by
    /// chance get other operations drawn by chance, where that does not lead away from the band, until it is reached. What is left of a run that another
    /// operation cuts into gets operations of single positions.
    /// </summary>
    /// <param name="problem">The problem; its limits on size hold here, too.</param>
    /// <param name="count">How many different ones to draw; fewer come back where the band is hard to hit.</param>
    /// <param name="seed">Decides them.</param>
    public static IReadOnlyList<IReadOnlyList<OperationChoice>> Draw(SelectionProblem problem, int count, ulong seed)
    {
        var random = new SplitMix(seed);
        var drawn = new Dictionary<string, IReadOnlyList<OperationChoice>>();
        for (int attempt = 0; attempt < 4 * count && drawn.Count < count; attempt++)
        {
            var choices = Start(problem, ref random);
            for (int move = 0; move < MovesPerArchitecture && Distance(problem, choices) > 0; move++)
            {
                var changed = Move(problem, choices, ref random);
                choices = Distance(problem, changed) <= Distance(problem, choices) ? changed : choices;
            }

            if (Distance(problem, choices) == 0)
            {
                drawn.TryAdd(string.Join(" ", choices.Select(c => Invariant($"{c.Operation}:{c.Length}"))), choices);
            }
        }

        return [.. drawn.Values];
    }

    private static List<OperationChoice> Start(SelectionProblem problem, ref SplitMix random)
    {
        var choices = new List<OperationChoice>();
        for (int i = 0; i < problem.Positions.Count; i += choices[^1].Length)
        {
            choices.Add(problem.Positions[i][random.Next(problem.Positions[i].Count)]);
        }

        return choices;
    }

    // Puts an operation that may begin at a position there, whatever it cuts into.
    private static List<OperationChoice> Move(SelectionProblem problem, List<OperationChoice> choices, ref SplitMix random)
    {
        int first = random.Next(problem.Positions.Count);
        var other = problem.Positions[first][random.Next(problem.Positions[first].Count)];
        var kept = new OperationChoice?[problem.Positions.Count];
        kept[first] = other;
        int start = 0;
        foreach (var choice in choices)
        {
            bool overlaps = start < first + other.Length && first < start + choice.Length;
            kept[start] = overlaps ? kept[start] : choice;
            start += choice.Length;
        }

        var changed = new List<OperationChoice>();
        for (int i = 0; i < kept.Length; i += changed[^1].Length)
        {
            changed.Add(kept[i] ?? Single(problem.Positions[i], ref random));
        }

        return changed;
    }

    private static OperationChoice Single(IReadOnlyList<OperationChoice> choices, ref SplitMix random)
    {
        var single = choices.Where(c => c.Length == 1).ToList();
        return single[random.Next(single.Count)];
    }

    // How far outside the band an architecture is, each limit in parts of itself.
    private static double Distance(SelectionProblem problem, List<OperationChoice> choices)
    {
        var cost = choices.Aggregate(problem.Outside, (sum, choice) => sum + choice.Cost);
        double latency = cost.LatencyMs / problem.BudgetMs;
        return Math.Max(0, latency - 1) + Math.Max(0, 1 - Band - latency)
            + Over(cost.Parameters, problem.MaxParameters) + Over(cost.MultiplyAccumulates, problem.MaxMultiplyAccumulates);
    }

    private static double Over(long value, long? limit) => limit is { } most ? Math.Max(0, (value - most) / (double)Math.Max(1, most)) : 0;
}
