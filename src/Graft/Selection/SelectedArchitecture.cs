namespace Graft.Selection;

/// <summary>A solution of a <see cref="SelectionProblem"/>.</summary>
/// <param name="Choices">The operation of each position, in the order of positions.</param>
/// <param name="Score">The sum of their scores: the predicted loss of quality.</param>
/// <param name="Cost">The predicted cost of the whole network.</param>
/// <param name="Bound">No architecture that the constraints allow has a lower score than this: proven by the solver.</param>
public sealed record SelectedArchitecture(IReadOnlyList<OperationChoice> Choices, double Score, ArchitectureCost Cost, double Bound)
{
    /// <summary>How far the score may be above the best one; 0 where the solution is proven optimal.</summary>
    public double Gap => Math.Max(0, Score - Bound);

    /// <summary>Whether it is proven that no allowed architecture scores lower.</summary>
    public bool IsOptimal => Gap == 0;
}
