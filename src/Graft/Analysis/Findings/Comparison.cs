namespace Graft.Analysis.Findings;

/// <summary>A difference with its tests, corrected for the family of comparisons that it belongs to, and the verdict.</summary>
public sealed record Comparison
{
    /// <summary>The difference and the test of no difference.</summary>
    public required Computed<DifferenceTest> Difference { get; init; }

    /// <summary>The p-value of no difference after the correction over the family; null where it is not computable.</summary>
    public double? CorrectedPValue { get; init; }

    /// <summary>
    /// The interval that agrees with <see cref="CorrectedPValue"/>: it excludes zero exactly where the family shows a difference. Wider than that of
    /// <see cref="Difference"/>, which is of this comparison alone; null where it is not computable.
    /// </summary>
    public ConfidenceInterval? CorrectedInterval { get; init; }

    /// <summary>The test of equivalence.</summary>
    public required Computed<EquivalenceTest> Equivalence { get; init; }

    /// <summary>The p-value of equivalence after the correction over the family; null where it is not computable.</summary>
    public double? CorrectedEquivalencePValue { get; init; }

    /// <summary>What it comes to.</summary>
    public required Verdict Verdict { get; init; }
}
