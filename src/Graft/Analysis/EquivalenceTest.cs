namespace Graft.Analysis;

/// <summary>Whether a difference is smaller than a margin: two one-sided tests (<b>Schuirmann 1987</b>).</summary>
public sealed record EquivalenceTest
{
    /// <summary>The level of the interval that belongs to a test at 5 %.</summary>
    public const double Level = 0.90;

    /// <summary>The largest difference that does not matter, a fraction greater than 0.</summary>
    public required double Margin { get; init; }

    /// <summary>The larger p-value of the two tests: small where the difference lies within the margin.</summary>
    public double PValue => PValues.Single;

    /// <summary>The lower end of the interval of 90 %.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper end of the interval of 90 %.</summary>
    public required double Upper { get; init; }

    /// <summary>The p-values with pooled and with own training noise.</summary>
    internal PValues PValues { get; init; }
}
