namespace Graft.Selection;

/// <summary>
/// Lists all architectures within the limits up to a score, by depth-first branch and bound on the Lagrangian bound. The score of an architecture is the bound plus its
/// reduced costs plus λ times what it leaves of the budget: both parts can only grow along a branch, as does what it has in common with earlier solutions, so that few
/// branches are entered in vain.
/// </summary>
internal sealed class ArchitectureEnumerator
{
    private const int MostArchitectures = 300_000;
    private const long MostNodes = 50_000_000;

    private readonly SelectionProblem _problem;
    private readonly LagrangianBound _bound;
    private readonly (int Index, double ReducedCost, ArchitectureCost Cost)[][] _core; // of each position, reduced costs ascending
    private readonly ArchitectureCost[] _least; // of the positions from i on
    private readonly double[] _mostLatency; // likewise
    private readonly IReadOnlyList<SelectedArchitecture> _earlier;
    private readonly int _mostCommon;
    private readonly int[] _common; // with each of the earlier ones, along the current branch
    private readonly List<int[]> _found = [];
    private long _nodes;

    /// <param name="problem">The problem.</param>
    /// <param name="bound">Its bound.</param>
    /// <param name="earlier">Solutions that those listed must differ from.</param>
    /// <param name="mostCommon">Positions that they may have in common with each of them.</param>
    public ArchitectureEnumerator(SelectionProblem problem, LagrangianBound bound, IReadOnlyList<SelectedArchitecture> earlier, int mostCommon)
    {
        _problem = problem;
        _bound = bound;
        _earlier = earlier;
        _mostCommon = mostCommon;
        _common = new int[earlier.Count];
        _core = [.. bound.ReducedCosts.Select((costs, i) => costs.Select((cost, j) => (j, cost, problem.Positions[i][j].Cost)).OrderBy(x => x.cost).ToArray())];
        _least = new ArchitectureCost[_core.Length + 1];
        _mostLatency = new double[_core.Length + 1];
    }

    /// <summary>The architectures, lowest scores first; null where there are too many to list.</summary>
    public IReadOnlyList<IReadOnlyList<OperationChoice>>? WithScoreUpTo(double score, CancellationToken cancellation)
    {
        double width = score - _bound.Value;
        for (int i = _core.Length - 1; i >= 0; i--)
        {
            var costs = _core[i].Where(x => x.ReducedCost <= width).Select(x => x.Cost).ToList();
            _least[i] = _least[i + 1] + new ArchitectureCost(costs.Min(c => c.LatencyMs), costs.Min(c => c.Parameters), costs.Min(c => c.MultiplyAccumulates));
            _mostLatency[i] = _mostLatency[i + 1] + costs.Max(c => c.LatencyMs);
        }

        return Visit(0, new int[_core.Length], _problem.Outside, width, cancellation)
            ? [.. _found.Select(Choices).OrderBy(choices => choices.Sum(c => c.Score))]
            : null;
    }

    // False where it has become too much.
    private bool Visit(int position, int[] chosen, ArchitectureCost cost, double width, CancellationToken cancellation)
    {
        if (position == _core.Length)
        {
            _found.Add((int[])chosen.Clone());
            return _found.Count <= MostArchitectures;
        }

        cancellation.ThrowIfCancellationRequested();
        foreach (var (index, reducedCost, own) in _core[position])
        {
            if (reducedCost > width)
            {
                break;
            }

            if (++_nodes > MostNodes)
            {
                return false;
            }

            var sum = cost + own;
            double left = width - reducedCost;
            if (!IsWithin(sum + _least[position + 1]) || LeastUnused(sum.LatencyMs + _mostLatency[position + 1]) > left)
            {
                continue;
            }

            chosen[position] = index;
            var choice = _problem.Positions[position][index];
            bool goesOn = !Differs(position, choice, step: 1) || Visit(position + 1, chosen, sum, left, cancellation);
            Differs(position, choice, step: -1);
            if (!goesOn)
            {
                return false;
            }
        }

        return true;
    }

    // Counts a choice in or out; answers whether the branch still differs enough from all earlier solutions.
    private bool Differs(int position, OperationChoice choice, int step)
    {
        bool differs = true;
        for (int k = 0; k < _common.Length; k++)
        {
            if (ReferenceEquals(_earlier[k].Choices[position], choice))
            {
                _common[k] += step;
                differs &= _common[k] <= _mostCommon;
            }
        }

        return differs;
    }

    private bool IsWithin(ArchitectureCost cost) =>
        cost.LatencyMs <= _problem.BudgetMs
        && cost.Parameters <= (_problem.MaxParameters ?? long.MaxValue)
        && cost.MultiplyAccumulates <= (_problem.MaxMultiplyAccumulates ?? long.MaxValue);

    // λ times what is left of the budget at this latency.
    private double LeastUnused(double latency) => _bound.Multiplier > 0 ? _bound.Multiplier * (_problem.BudgetMs - latency) : 0;

    private IReadOnlyList<OperationChoice> Choices(int[] chosen) => [.. chosen.Select((j, i) => _problem.Positions[i][j])];
}
