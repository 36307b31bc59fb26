using Graft.Analysis.Findings;

namespace Graft.Analysis.Sequential;

/// <summary>A cell of a study whose seeds grow until verdicts are there.</summary>
public sealed record SequentialCell
{
    /// <summary>The position, from 1.</summary>
    public required Place Position { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>How long the network was trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>The verdict; <see cref="VerdictKind.Undecided"/> as long as it is open, and for good where it is so after the last look.</summary>
    public required VerdictKind Verdict { get; init; }

    /// <summary>The seeds at the look that decided, else at the last look so far; 0 before the first one.</summary>
    public required int Seeds { get; init; }

    /// <summary>The difference at that look; its own intervals are not corrected for looks. Null before the first look.</summary>
    public DifferenceTest? Difference { get; init; }

    /// <summary>
    /// The interval that agrees with the verdict, after <b>Jennison &amp; Turnbull 1989</b>: of the levels of the cell's test of no difference at that look,
    /// as group-sequential bounds and Holm's correction have them. It excludes zero where the verdict is better or worse and includes it where the verdict is
    /// open; of an equivalent cell it may do either. The family error is that of excluding a true zero; all intervals together do not cover with 95 %.
    /// Fractions; null before the first look.
    /// </summary>
    public ConfidenceInterval? Interval { get; init; }

    /// <summary>Whether it takes part in no further look, as a trial of it or of the unchanged network failed.</summary>
    public bool HasStopped { get; init; }

    /// <summary>Why there is no verdict and never will be; null where there is one or may be.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// About how many seeds would decide at the levels of the look with so many, beyond the last look at those of the last one; null where it is decided, or
    /// was not looked at yet.
    /// </summary>
    public Computed<SeedEstimate>? SeedsToDecide { get; init; }
}
