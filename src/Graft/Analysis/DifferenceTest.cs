namespace Graft.Analysis;

/// <summary>
/// A difference of accuracies with the test of no difference. Differences are fractions in [−1, 1], those of differences in [−2, 2]. Each question is asked
/// twice, with the training noise of all cells and with that of the two that are compared, and the answer that is less sure counts.
/// </summary>
public sealed record DifferenceTest
{
    /// <summary>The probability with which intervals cover the difference.</summary>
    public const double Level = 0.95;

    /// <summary>The difference.</summary>
    public required double Difference { get; init; }

    /// <summary>What it varies by, training noise pooled over a table; <see cref="Own"/> where there is nothing to pool.</summary>
    public required ErrorEstimate Pooled { get; init; }

    /// <summary>What it varies by, from the compared cells alone.</summary>
    public required ErrorEstimate Own { get; init; }

    /// <summary>What the test generalises to.</summary>
    public required TestBasis Basis { get; init; }

    /// <summary>The number of seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Images { get; init; }

    /// <summary>What the standard error consists of; null with one seed, which cannot tell.</summary>
    public VarianceComponents? Components { get; init; }

    /// <summary>What it cannot exceed in either direction (<see cref="PairedDifferences.Most"/>).</summary>
    internal double Most { get; init; } = 1;

    /// <summary>The larger one of both standard errors.</summary>
    public double StandardError => Math.Max(Pooled.StandardError, Own.StandardError);

    /// <summary>The lower end of the interval of 95 %.</summary>
    public double Lower => Difference - HalfWidth(Level);

    /// <summary>The upper end of the interval of 95 %.</summary>
    public double Upper => Difference + HalfWidth(Level);

    /// <summary>The two-sided p-value of no difference.</summary>
    public double PValue => PValues.Single;

    /// <summary>The two-sided p-values of no difference with pooled and with own training noise.</summary>
    internal PValues PValues => new(2 * Pooled.Tail(Math.Abs(Difference)), 2 * Own.Tail(Math.Abs(Difference)));

    /// <summary>
    /// Two one-sided tests (TOST): is the difference smaller than a margin in either direction? (<b>Schuirmann 1987</b>; at 5 % it is the same as asking
    /// whether the interval of 90 % lies within the margin.)
    /// </summary>
    /// <param name="margin">The largest difference that does not matter, a fraction greater than 0.</param>
    public EquivalenceTest Equivalence(double margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(margin);
        return new()
        {
            Margin = margin,
            PValues = new(Pooled.Tail(margin - Math.Abs(Difference)), Own.Tail(margin - Math.Abs(Difference))),
            Lower = Difference - HalfWidth(EquivalenceTest.Level),
            Upper = Difference + HalfWidth(EquivalenceTest.Level),
        };
    }

    /// <summary>The interval of given levels: as wide as the wider one of both questions asks for, but within what is possible (<see cref="Most"/>).</summary>
    /// <param name="pooled">The probability with which it covers the difference, training noise pooled.</param>
    /// <param name="own">The same with own training noise.</param>
    internal ConfidenceInterval Interval(double pooled, double own)
    {
        double half = HalfWidth(pooled, own);
        return new(Difference, Math.Max(-Most, Difference - half), Math.Min(Most, Difference + half));
    }

    private double HalfWidth(double level) => HalfWidth(level, level);

    private double HalfWidth(double pooled, double own) => Math.Max(Pooled.HalfWidth(pooled), Own.HalfWidth(own));
}
