namespace Graft.Selection;

/// <summary>
/// <b>LANA</b>, phase 2 (eq. 4): one operation for each position, so that the sum of scores is least and the costs stay within limits. Scores and latencies are taken
/// to add up over positions.
/// </summary>
public sealed record SelectionProblem
{
    /// <summary>What each position can hold; at least one operation each, with finite scores and costs of at least 0.</summary>
    public required IReadOnlyList<IReadOnlyList<OperationChoice>> Positions { get; init; }

    /// <summary>What lies outside all positions, whatever they hold: stem and head.</summary>
    public ArchitectureCost Outside { get; init; }

    /// <summary>The latency budget of the whole network in milliseconds.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>The most parameters of the whole network; null for any number.</summary>
    public long? MaxParameters { get; init; }

    /// <summary>The most multiply-accumulates of the whole network for one image; null for any number.</summary>
    public long? MaxMultiplyAccumulates { get; init; }

    /// <summary>The part of the positions that two solutions may hold in common, in [0, 1); LANA takes 0.7.</summary>
    public double MaxOverlap { get; init; } = 0.7;
}
