namespace Graft.Analysis.Prediction;

/// <summary>Whether operations that answer alike end with alike accuracies.</summary>
public enum SimilarityAnswer
{
    /// <summary>They do, more than by chance (p ≤ 0.05).</summary>
    Holds,

    /// <summary>The contrary: those that answer alike end further apart than by chance (p ≤ 0.05).</summary>
    DoesNotHold,

    /// <summary>These data do not say, or cannot.</summary>
    Undecided,
}
