namespace Graft.Selection;

/// <summary>
/// Lists all architectures within the limits up to a score, by depth-first branch and bound on the Lagrangian bound, from position to position. The score of
/// an architecture is the bound plus its reduced costs plus λ times what it leaves of the budget: both parts can only grow along a branch, and what it must
/// still cost to differ from each earlier solution is known (<see cref="OverlapBound"/>), so that few branches are entered in vain.
/// </summary>
internal sealed class ArchitectureEnumerator
{
    private const int MostArchitectures = 300_000;
    private const long MostNodes = 400_000_000; // about 20 s

    private readonly SelectionProblem _problem;
    private readonly LagrangianBound _bound;
    private readonly (int Index, double ReducedCost, OperationChoice Choice)[][] _core; // of each position, reduced costs ascending
    private readonly ArchitectureCost[] _least; // of the positions from i on
    private readonly double[] _mostLatency; // likewise
    private readonly OverlapBound[] _overlaps;
    private readonly int[] _lastExcluding; // for each position the overlap that ended the last branch there: it ends most of the next ones too
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
        _overlaps = [.. earlier.Select(solution => new OverlapBound(problem, bound, solution, mostCommon))];
        _lastExcluding = new int[problem.Positions.Count + 1];
        _core = [.. bound.ReducedCosts.Select((costs, i) => costs.Select((cost, j) => (j, cost, problem.Positions[i][j])).OrderBy(x => x.cost).ToArray())];
        _least = new ArchitectureCost[_core.Length + 1];
        _mostLatency = new double[_core.Length + 1];
    }

    /// <summary>The architectures, lowest scores first; null where there are too many to list.</summary>
    public IReadOnlyList<IReadOnlyList<OperationChoice>>? WithScoreUpTo(double score, CancellationToken cancellation)
    {
        double width = score - _bound.Value;
        for (int i = _core.Length - 1; i >= 0; i--)
        {
            var choices = _core[i].Where(x => x.ReducedCost <= width).Select(x => x.Choice).ToList();
            var costs = choices.Select(c => c.Cost + _least[i + c.Length]).ToList();
            _least[i] = new(costs.Min(c => c.LatencyMs), costs.Min(c => c.Parameters), costs.Min(c => c.MultiplyAccumulates));
            _mostLatency[i] = choices.Max(c => c.Cost.LatencyMs + _mostLatency[i + c.Length]);
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
        foreach (var (index, reducedCost, choice) in _core[position])
        {
            if (reducedCost > width)
            {
                break;
            }

            if (++_nodes > MostNodes)
            {
                return false;
            }

            var sum = cost + choice.Cost;
            double left = width - reducedCost;
            int next = position + choice.Length;
            double unused = LeastUnused(sum.LatencyMs + _mostLatency[next]);
            if (unused > left || !IsWithin(sum + _least[next]))
            {
                continue;
            }

            chosen[position] = index;
            foreach (var overlap in _overlaps)
            {
                overlap.Enter(position, choice);
            }

            bool goesOn = IsExcluded(next, left - unused) || Visit(next, chosen, sum, left, cancellation);
            foreach (var overlap in _overlaps)
            {
                overlap.Leave(position, choice);
            }

            if (!goesOn)
            {
                return false;
            }
        }

        return true;
    }

    // Whether an earlier solution excludes all that follows with reduced costs up to a sum.
    private bool IsExcluded(int position, double most)
    {
        if (_overlaps.Length > 0 && _overlaps[_lastExcluding[position]].Excludes(position, most))
        {
            return true;
        }

        for (int k = 0; k < _overlaps.Length; k++)
        {
            if (_overlaps[k].Excludes(position, most))
            {
                _lastExcluding[position] = k;
                return true;
            }
        }

        return false;
    }

    private bool IsWithin(ArchitectureCost cost) =>
        cost.LatencyMs <= _problem.BudgetMs
        && cost.Parameters <= (_problem.MaxParameters ?? long.MaxValue)
        && cost.MultiplyAccumulates <= (_problem.MaxMultiplyAccumulates ?? long.MaxValue);

    // λ times what is left of the budget at this latency.
    private double LeastUnused(double latency) => _bound.Multiplier > 0 ? _bound.Multiplier * (_problem.BudgetMs - latency) : 0;

    // What stands in the array behind the first position of a run belongs to another branch.
    private List<OperationChoice> Choices(int[] chosen)
    {
        var choices = new List<OperationChoice>();
        for (int i = 0; i < chosen.Length; i += choices[^1].Length)
        {
            choices.Add(_problem.Positions[i][chosen[i]]);
        }

        return choices;
    }
}
