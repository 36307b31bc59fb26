namespace Graft.Selection;

/// <summary>A solution of a <see cref="SelectionProblem"/>.</summary>
/// <param name="Choices">The operation of each place, in the order of positions; their lengths add up to the number of positions.</param>
/// <param name="Score">The sum of their scores: the predicted loss of quality.</param>
/// <param name="Cost">The predicted cost of the whole network.</param>
/// <param name="Bound">No architecture that the constraints allow has a lower score than this: proven by the solver.</param>
internal sealed record SelectedArchitecture(IReadOnlyList<OperationChoice> Choices, double Score, ArchitectureCost Cost, double Bound)
{
    /// <summary>How far the score may be above the best one; 0 where the solution is proven optimal.</summary>
    public double Gap => Math.Max(0, Score - Bound);

    /// <summary>The places that cover all positions, each with what it holds.</summary>
    public IEnumerable<(Place Place, OperationChoice Choice)> Places =>
        Cover(Choices).Select(c => (new Place(c.Start + 1, c.Start + c.Choice.Length), c.Choice));

    /// <summary>Choices that follow one another, each with the index of its first position.</summary>
    internal static IEnumerable<(int Start, OperationChoice Choice)> Cover(IEnumerable<OperationChoice> choices)
    {
        int start = 0;
        foreach (var choice in choices)
        {
            yield return (start, choice);
            start += choice.Length;
        }
    }

    /// <summary>How many positions two architectures hold in common: those of every choice that both make at the same place.</summary>
    internal static int Common(IReadOnlyList<OperationChoice> a, IReadOnlyList<OperationChoice> b)
    {
        var others = Cover(b).ToDictionary(c => c.Start, c => c.Choice);
        return Cover(a).Where(c => ReferenceEquals(others.GetValueOrDefault(c.Start), c.Choice)).Sum(c => c.Choice.Length);
    }

    /// <summary>Whether it is proven that no allowed architecture scores lower.</summary>
    public bool IsOptimal => Gap == 0;
}
