namespace Graft.Selection;

/// <summary>
/// What a branch of the search has in common with an earlier solution, and the least that it must still cost to differ from it enough: from each position on
/// the least sum of reduced costs with at most so many positions in common, by dynamic programming along the path of positions. One bound for each earlier
/// solution; where there are many, these prune far more than the count alone, which exceeds its limit only near the last position.
/// </summary>
internal sealed class OverlapBound
{
    private readonly OperationChoice?[] _earlier; // by first position
    private readonly double[][] _least; // by position and positions that may still be in common
    private readonly int _mostCommon;
    private int _common;

    /// <param name="problem">The problem.</param>
    /// <param name="bound">Its bound.</param>
    /// <param name="earlier">The solution to differ from.</param>
    /// <param name="mostCommon">Positions that others may have in common with it.</param>
    public OverlapBound(SelectionProblem problem, LagrangianBound bound, SelectedArchitecture earlier, int mostCommon)
    {
        int count = problem.Positions.Count;
        _mostCommon = mostCommon;
        _earlier = new OperationChoice?[count];
        foreach (var (start, choice) in SelectedArchitecture.Cover(earlier.Choices))
        {
            _earlier[start] = choice;
        }

        _least = new double[count + 1][];
        _least[count] = new double[mostCommon + 1];
        for (int i = count - 1; i >= 0; i--)
        {
            _least[i] = [.. Enumerable.Range(0, mostCommon + 1).Select(allowed => problem.Positions[i].Zip(bound.ReducedCosts[i])
                .Where(x => Common(i, x.First) <= allowed)
                .Select(x => x.Second + _least[i + x.First.Length][allowed - Common(i, x.First)])
                .DefaultIfEmpty(double.PositiveInfinity).Min())];
        }
    }

    /// <summary>Counts a choice in.</summary>
    public void Enter(int position, OperationChoice choice) => _common += Common(position, choice);

    /// <summary>Counts a choice out again.</summary>
    public void Leave(int position, OperationChoice choice) => _common -= Common(position, choice);

    /// <summary>Whether nothing that follows, from a position on and of this sum of reduced costs at the most, makes the branch differ enough.</summary>
    public bool Excludes(int position, double most) => _common > _mostCommon || _least[position][_mostCommon - _common] > most;

    private int Common(int position, OperationChoice choice) => ReferenceEquals(_earlier[position], choice) ? choice.Length : 0;
}
