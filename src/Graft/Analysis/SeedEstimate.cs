using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace Graft.Analysis;

/// <summary>How many seeds it would take to decide.</summary>
/// <param name="Seeds">The number of seeds, those that are there included.</param>
/// <param name="Power">The probability of a verdict with so many.</param>
public sealed record SeedEstimate(int Seeds, double Power)
{
    /// <summary>The probability of a verdict that is asked for (<b>Cohen 1988</b>, section 2.4).</summary>
    public const double WantedPower = 0.8;

    /// <summary>Beyond this many seeds nobody goes.</summary>
    public const int MostSeeds = 100;

    private const int IntegrationOrder = 128;

    /// <summary>
    /// The fewest seeds with which <see cref="CrossedTest"/> would find a difference, or equivalence, with a probability of 80 %, if the difference and the variances were as estimated.
    /// Both are estimates from few seeds: take the number as a magnitude.
    /// </summary>
    /// <param name="difference">The difference, a fraction.</param>
    /// <param name="components">What it varies by.</param>
    /// <param name="images">The number of test images, which stays.</param>
    /// <param name="seedsNow">The number of seeds that there are.</param>
    /// <param name="margin">The margin of equivalence, a fraction.</param>
    /// <param name="differenceLevel">The level of the two-sided test of no difference.</param>
    /// <param name="equivalenceLevel">The level of each one-sided test of equivalence.</param>
    public static Computed<SeedEstimate> ToDecide(
        double difference, VarianceComponents components, int images, int seedsNow, double margin, double differenceLevel, double equivalenceLevel)
    {
        ArgumentNullException.ThrowIfNull(components);
        int low = Math.Max(2, seedsNow + 1), high = MostSeeds;
        if (low > high || Power(high) < WantedPower)
        {
            return new NotComputable(components.Image / images > 0.25 * components.OfMean(high, images) // then even endless seeds would at most halve the standard error again
                ? Invariant($"not within {MostSeeds} seeds: the {images:N0} test images are too few to tell such a difference")
                : $"not within {MostSeeds} seeds");
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Power(middle) >= WantedPower ? (low, middle) : (middle + 1, high);
        }

        return new SeedEstimate(low, Power(low));

        double Power(int seeds)
        {
            double error = Math.Sqrt(components.OfMean(seeds, images)), freedom = components.DegreesOfFreedom(seeds, images);
            return Math.Max(PowerOfDifference(difference / error, freedom, differenceLevel), PowerOfEquivalence(difference, error, freedom, margin, equivalenceLevel));
        }
    }

    /// <summary>The power of Student's two-sided test.</summary>
    /// <param name="shift">The true difference in standard errors (the noncentrality).</param>
    /// <param name="freedom">The degrees of freedom, greater than 0.</param>
    /// <param name="level">The level, in (0, 1).</param>
    public static double PowerOfDifference(double shift, double freedom, double level)
    {
        double critical = StudentT.InvCDF(0, 1, freedom, 1 - (level / 2));
        return OverErrors(freedom, scale => Normal.CDF(0, 1, shift - (critical * scale)) + Normal.CDF(0, 1, -shift - (critical * scale)));
    }

    /// <summary>The power of two one-sided t-tests (<b>Phillips 1990</b>).</summary>
    /// <param name="difference">The true difference.</param>
    /// <param name="error">Its true standard error, greater than 0.</param>
    /// <param name="freedom">The degrees of freedom, greater than 0.</param>
    /// <param name="margin">The margin, greater than 0.</param>
    /// <param name="level">The level of each test, in (0, 1).</param>
    public static double PowerOfEquivalence(double difference, double error, double freedom, double margin, double level)
    {
        double critical = StudentT.InvCDF(0, 1, freedom, 1 - level);
        return OverErrors(freedom, scale => Math.Max(
            0,
            Normal.CDF(0, 1, ((margin - difference) / error) - (critical * scale)) - Normal.CDF(0, 1, ((-margin - difference) / error) + (critical * scale))));
    }

    // The mean of a function of (estimated / true standard error), whose square times the degrees of freedom is chi-squared.
    private static double OverErrors(double freedom, Func<double, double> probability)
    {
        double spread = 8 / Math.Sqrt(2 * freedom);
        double from = Math.Max(0, 1 - spread), to = 1 + spread;
        double Weighted(double scale) => scale <= 0 ? 0 : 2 * freedom * scale * ChiSquared.PDF(freedom, freedom * scale * scale) * probability(scale);
        return Math.Clamp(GaussLegendreRule.Integrate(Weighted, from, to, IntegrationOrder), 0, 1);
    }
}
