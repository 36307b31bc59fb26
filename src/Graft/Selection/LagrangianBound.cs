namespace Graft.Selection;

/// <summary>
/// A lower bound on the score of every architecture within the latency budget B, from the Lagrangian relaxation of the budget:
/// L(λ) = Σ_i min_j (score_ij + λ·latency_ij) − λB (Geoffrion 1974). An architecture that holds operation j at position i scores at least L + <see cref="ReducedCosts"/>.
/// </summary>
internal sealed class LagrangianBound
{
    private const int Bisections = 60;

    private readonly SelectionProblem _problem;
    private readonly double _budget;

    public LagrangianBound(SelectionProblem problem)
    {
        _problem = problem;
        _budget = problem.BudgetMs - problem.Outside.LatencyMs;
        Multiplier = FindMultiplier();
        var least = problem.Positions.Select(choices => choices.Min(c => Relaxed(c, Multiplier))).ToArray();
        Value = least.Sum() - (Multiplier > 0 ? Multiplier * _budget : 0);
        ReducedCosts = [.. problem.Positions.Select((choices, i) => choices.Select(c => Relaxed(c, Multiplier) - least[i]).ToArray())];
    }

    /// <summary>The bound L.</summary>
    public double Value { get; }

    /// <summary>The multiplier λ at which the bound is highest: what a millisecond is worth in score.</summary>
    public double Multiplier { get; }

    /// <summary>By how much an operation at a position raises the bound; 0 and above.</summary>
    public IReadOnlyList<double[]> ReducedCosts { get; }

    /// <summary>No architecture within the budget scores higher than the bound plus this.</summary>
    public double WidestGap => ReducedCosts.Sum(costs => costs.Max()) + (Multiplier > 0 ? Multiplier * _budget : 0);

    private static double Relaxed(OperationChoice choice, double multiplier) => choice.Score + multiplier * choice.Cost.LatencyMs;

    // L is concave; it is largest where the relaxed solution's latency crosses the budget.
    private double FindMultiplier()
    {
        if (Latency(0) <= _budget)
        {
            return 0;
        }

        double low = 0, high = 1e-6;
        while (Latency(high) > _budget && high < 1e12)
        {
            (low, high) = (high, 4 * high);
        }

        for (int i = 0; i < Bisections; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Latency(middle) > _budget ? (middle, high) : (low, middle);
        }

        return high;
    }

    private double Latency(double multiplier) => _problem.Positions.Sum(choices => choices.MinBy(c => (Relaxed(c, multiplier), c.Cost.LatencyMs))!.Cost.LatencyMs);
}
