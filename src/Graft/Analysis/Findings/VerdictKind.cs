namespace Graft.Analysis.Findings;

/// <summary>What a comparison comes to.</summary>
public enum VerdictKind
{
    /// <summary>The difference is above zero, and not shown to lie within the margin.</summary>
    Better,

    /// <summary>The difference is below zero, and not shown to lie within the margin.</summary>
    Worse,

    /// <summary>The difference lies within the margin, whether or not it is zero.</summary>
    Equivalent,

    /// <summary>The data show neither.</summary>
    Undecided,

    /// <summary>There is nothing to judge by.</summary>
    NotComputable,
}
