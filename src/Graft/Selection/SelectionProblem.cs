namespace Graft.Selection;

/// <summary>
/// <b>LANA</b>, phase 2 (eq. 4): one operation for each position, so that the sum of scores is least and the costs stay within limits. Scores and latencies are
/// taken to add up over positions.
/// </summary>
/// <remarks>
/// Differs from the paper: an operation may stand for a run of neighbouring positions, so that the positions are covered by places, each once. That makes a
/// path problem of it, as merging layers is in Kim et al. 2023 (arXiv 2301.12187, section 4) and LayerMerge (Kim et al. 2024, arXiv 2406.12837), here with
/// any operation for a run.
/// </remarks>
internal sealed record SelectionProblem
{
    /// <summary>
    /// What each position can hold, by itself or as the first of a run; at least one operation of length 1 each, with finite scores and costs of at least 0.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<OperationChoice>> Positions { get; init; }

    /// <summary>What lies outside all positions, whatever they hold: stem and head.</summary>
    public ArchitectureCost Outside { get; init; }

    /// <summary>The latency budget of the whole network in milliseconds.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>The most parameters of the whole network; null for any number.</summary>
    public long? MaxParameters { get; init; }

    /// <summary>The most multiply-accumulates of the whole network for one image; null for any number.</summary>
    public long? MaxMultiplyAccumulates { get; init; }

    /// <summary>
    /// The part of the positions that two solutions may hold in common, in [0, 1); LANA takes 0.7. An operation that both have for the same run counts with
    /// all its positions.
    /// </summary>
    public double MaxOverlap { get; init; } = 0.7;

    /// <summary>The same problem without operations that stand for runs: LANA as published.</summary>
    public SelectionProblem SinglePositions() => this with
    {
        Positions = [.. Positions.Select(choices => (IReadOnlyList<OperationChoice>)[.. choices.Where(c => c.Length == 1)])],
    };
}
