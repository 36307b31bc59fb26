namespace Graft.Selection;

/// <summary>
/// A lower bound on the score of every architecture within the latency budget B, from the Lagrangian relaxation of the budget (Geoffrion 1974):
/// L(λ) = min over covers of Σ (score + λ·latency) − λB. Positions are the nodes of a path and choices its edges, from a position to the one after their
/// last; without runs the minimum falls into one for each position. With h_i, the least cost from position i to the end, each choice from i to j has a
/// <b>reduced cost</b> score + λ·latency + h_j − h_i ≥ 0: an architecture scores L plus the reduced costs of its choices plus λ times what it leaves of the
/// budget.
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
        var path = new RelaxedPath(problem, Multiplier);
        Value = path.Choices.Sum(c => Relaxed(c, Multiplier)) - (Multiplier > 0 ? Multiplier * _budget : 0);
        ReducedCosts = [.. problem.Positions.Select((choices, i) => choices.Select(c => path.ReducedCost(i, c)).ToArray())];
        BoundRises = [.. Rises().Select((before, i) => ReducedCosts[i].Select(cost => before + cost).ToArray())];
    }

    /// <summary>The bound L.</summary>
    public double Value { get; }

    /// <summary>The multiplier λ at which the bound is highest: what a millisecond is worth in score.</summary>
    public double Multiplier { get; }

    /// <summary>The reduced cost of every choice, by position and index; 0 and above.</summary>
    public IReadOnlyList<double[]> ReducedCosts { get; }

    /// <summary>By how much a choice raises the bound, whatever stands before and after it; 0 and above. Without runs it is the reduced cost.</summary>
    public IReadOnlyList<double[]> BoundRises { get; }

    /// <summary>No architecture within the budget scores higher than the bound plus this.</summary>
    public double WidestGap
    {
        get
        {
            double[] most = [0, .. _problem.Positions.Select(_ => double.NegativeInfinity)];
            Relax(most, Math.Max);
            return most[^1] + (Multiplier > 0 ? Multiplier * _budget : 0);
        }
    }

    private static double Relaxed(OperationChoice choice, double multiplier) => choice.Score + multiplier * choice.Cost.LatencyMs;

    // The least sum of reduced costs up to each position.
    private double[] Rises()
    {
        double[] least = [0, .. _problem.Positions.Select(_ => double.PositiveInfinity)];
        Relax(least, Math.Min);
        return least[..^1];
    }

    // Goes along all choices in the order of positions; the better sum stays.
    private void Relax(double[] sums, Func<double, double, double> better)
    {
        for (int i = 0; i < _problem.Positions.Count; i++)
        {
            for (int j = 0; j < ReducedCosts[i].Length; j++)
            {
                int end = i + _problem.Positions[i][j].Length;
                sums[end] = better(sums[end], sums[i] + ReducedCosts[i][j]);
            }
        }
    }

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

    private double Latency(double multiplier) => new RelaxedPath(_problem, multiplier).Choices.Sum(c => c.Cost.LatencyMs);

    /// <summary>The cover of least relaxed cost, from the last position to the first; of equal ones the fastest.</summary>
    private sealed class RelaxedPath
    {
        private readonly double _multiplier;
        private readonly (double Cost, double LatencyMs, OperationChoice? Choice)[] _best; // from each position to the end
        private readonly double[] _least; // of the choices of length 1

        public RelaxedPath(SelectionProblem problem, double multiplier)
        {
            _multiplier = multiplier;
            int count = problem.Positions.Count;
            _best = new (double, double, OperationChoice?)[count + 1];
            _least = new double[count];
            for (int i = count - 1; i >= 0; i--)
            {
                var byLength = problem.Positions[i].GroupBy(c => c.Length)
                    .Select(group => group.MinBy(c => (Relaxed(c, multiplier), c.Cost.LatencyMs))!).ToList();
                _least[i] = Relaxed(byLength.First(c => c.Length == 1), multiplier);
                _best[i] = byLength.Select(ToTheEnd).MinBy(path => (path.Cost, path.LatencyMs));

                (double Cost, double LatencyMs, OperationChoice? Choice) ToTheEnd(OperationChoice c)
                {
                    var rest = _best[i + c.Length];
                    return (Relaxed(c, multiplier) + rest.Cost, c.Cost.LatencyMs + rest.LatencyMs, c);
                }
            }
        }

        public IEnumerable<OperationChoice> Choices
        {
            get
            {
                for (int i = 0; i < _least.Length; i += _best[i].Choice!.Length)
                {
                    yield return _best[i].Choice!;
                }
            }
        }

        // In two parts, the second of which is exactly 0 where there are no runs: rounding must not reorder choices.
        public double ReducedCost(int position, OperationChoice choice) => Math.Max(
            0, Relaxed(choice, _multiplier) - _least[position] + (_least[position] + _best[position + choice.Length].Cost - _best[position].Cost));
    }
}
