using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>A difference of accuracies with its standard error, and Student's test of no difference. Differences are fractions in [−1, 1].</summary>
public sealed record DifferenceTest
{
    /// <summary>The probability with which intervals cover the difference.</summary>
    public const double Level = 0.95;

    /// <summary>The difference.</summary>
    public required double Difference { get; init; }

    /// <summary>Its standard error, greater than 0.</summary>
    public required double StandardError { get; init; }

    /// <summary>The degrees of freedom of the standard error.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>What the test generalises to.</summary>
    public required TestBasis Basis { get; init; }

    /// <summary>The number of seeds.</summary>
    public required int Seeds { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Images { get; init; }

    /// <summary>What the standard error consists of; null with one seed, which cannot tell.</summary>
    public VarianceComponents? Components { get; init; }

    /// <summary>The lower end of the interval of 95 %.</summary>
    public double Lower => Difference - HalfWidth(Level);

    /// <summary>The upper end of the interval of 95 %.</summary>
    public double Upper => Difference + HalfWidth(Level);

    /// <summary>The two-sided p-value of no difference.</summary>
    public double PValue => 2 * Tail(Math.Abs(Difference) / StandardError);

    /// <summary>
    /// Two one-sided tests (TOST): is the difference smaller than a margin in either direction? (<b>Schuirmann 1987</b>; at 5 % it is the same as asking whether the interval of
    /// 90 % lies within the margin.)
    /// </summary>
    /// <param name="margin">The largest difference that does not matter, a fraction greater than 0.</param>
    public EquivalenceTest Equivalence(double margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(margin);
        return new()
        {
            Margin = margin,
            PValue = Tail((margin - Math.Abs(Difference)) / StandardError),
            Lower = Difference - HalfWidth(EquivalenceTest.Level),
            Upper = Difference + HalfWidth(EquivalenceTest.Level),
        };
    }

    private double HalfWidth(double level) => StudentT.InvCDF(0, 1, DegreesOfFreedom, (1 + level) / 2) * StandardError;

    // P(T > t)
    private double Tail(double t) => StudentT.CDF(0, 1, DegreesOfFreedom, -t);
}
