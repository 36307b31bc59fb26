using Graft.Runtime;

namespace Graft.Selection;

/// <summary>Draws architectures by chance whose latency is close below the budget: what a selection is held against at equal latency.</summary>
public static class RandomArchitectures
{
    private const double Band = 0.1;
    private const int MovesPerArchitecture = 2000;

    /// <summary>
    /// Draws architectures with a latency of 90 to 100 % of the budget. Each starts from operations drawn evenly at every position; then positions drawn by chance get
    /// other operations drawn by chance, where that does not lead away from the band, until it is reached.
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
            var choices = problem.Positions.Select(position => position[random.Next(position.Count)]).ToArray();
            for (int move = 0; move < MovesPerArchitecture && Distance(problem, choices) > 0; move++)
            {
                int i = random.Next(choices.Length);
                var other = problem.Positions[i][random.Next(problem.Positions[i].Count)];
                var changed = (OperationChoice[])choices.Clone();
                changed[i] = other;
                choices = Distance(problem, changed) <= Distance(problem, choices) ? changed : choices;
            }

            if (Distance(problem, choices) == 0)
            {
                drawn.TryAdd(string.Join(" ", choices.Select(c => c.Operation)), choices);
            }
        }

        return [.. drawn.Values];
    }

    // How far outside the band an architecture is, each limit in parts of itself.
    private static double Distance(SelectionProblem problem, OperationChoice[] choices)
    {
        var cost = choices.Aggregate(problem.Outside, (sum, choice) => sum + choice.Cost);
        double latency = cost.LatencyMs / problem.BudgetMs;
        return Math.Max(0, latency - 1) + Math.Max(0, 1 - Band - latency)
            + Over(cost.Parameters, problem.MaxParameters) + Over(cost.MultiplyAccumulates, problem.MaxMultiplyAccumulates);
    }

    private static double Over(long value, long? limit) => limit is { } most ? Math.Max(0, (value - most) / (double)Math.Max(1, most)) : 0;
}
