namespace Graft.Analysis.Findings;

/// <summary>What a comparison comes to.</summary>
public sealed record Verdict
{
    /// <summary>The verdict.</summary>
    public required VerdictKind Kind { get; init; }

    /// <summary>What it generalises to; null where nothing could be computed.</summary>
    public TestBasis? Basis { get; init; }

    /// <summary>How many seeds would decide; null where it is decided or not computable at all.</summary>
    public Computed<SeedEstimate>? SeedsToDecide { get; init; }
}
