namespace Graft.Analysis.Findings;

/// <summary>What the data say of a claim.</summary>
public enum ClaimStatus
{
    /// <summary>The data show it.</summary>
    Holds,

    /// <summary>The data contradict it.</summary>
    DoesNotHold,

    /// <summary>The data show neither.</summary>
    Undecided,
}
