namespace Graft.Selection;

/// <summary>
/// Successive halving of candidates (Jamieson &amp; Talwalkar 2016, for operations at their places): all are distilled briefly, those that others at their
/// place clearly beat are dropped, and the steps that are left go to the rest.
/// </summary>
internal static class CandidateHalving
{
    /// <summary>The choices of one place that are worth distilling further, in their order.</summary>
    /// <param name="choices">What the place can hold, with scores after the brief distillation; the scores of a change are above 0.</param>
    /// <param name="margin">
    /// By how many times another choice's score has to be lower, at no more latency, to drop one: at least 1. Above 1, as a brief distillation tells less
    /// than a long one.
    /// </param>
    public static IReadOnlyList<OperationChoice> Survivors(IReadOnlyList<OperationChoice> choices, double margin = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(margin, 1);
        return [.. choices.Where((c, i) => !choices.Where((d, j) => j != i && Beats(d, c, margin, first: j < i)).Any())];
    }

    // Of two that are equal in all, the first beats the second.
    private static bool Beats(OperationChoice one, OperationChoice other, double margin, bool first) =>
        one.Length == other.Length
        && one.Cost.LatencyMs <= other.Cost.LatencyMs
        && Math.Max(one.Score, 0) * margin <= other.Score
        && (one.Cost.LatencyMs < other.Cost.LatencyMs || one.Score < other.Score || first);
}
