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

    /// <summary>Why there is no estimate where a cell has one seed.</summary>
    internal const string OneSeed = "one seed does not show how much training varies; a second one would";

    private const int IntegrationOrder = 128;

    /// <summary>
    /// The fewest seeds with which the test of a comparison would find a difference, or equivalence, with a probability of 80 %, if the difference and the
    /// variances were as estimated. Both are estimates from few seeds: take the number as a magnitude.
    /// </summary>
    /// <param name="difference">The difference, a fraction.</param>
    /// <param name="components">What it varies by.</param>
    /// <param name="images">The number of test images, which stays.</param>
    /// <param name="seedsNow">The number of seeds that there are.</param>
    /// <param name="margin">The margin of equivalence, a fraction.</param>
    /// <param name="differenceLevel">The level of the two-sided test of no difference.</param>
    /// <param name="equivalenceLevel">The level of each one-sided test of equivalence.</param>
    public static Computed<SeedEstimate> ToDecide(
        double difference, VarianceComponents components, int images, int seedsNow, double margin, double differenceLevel, double equivalenceLevel) =>
        ToDecide(difference, components, images, seedsNow, margin, _ => new(differenceLevel, equivalenceLevel));

    /// <summary>The same where levels depend on the number of seeds.</summary>
    /// <param name="difference">The difference, a fraction.</param>
    /// <param name="components">What it varies by.</param>
    /// <param name="images">The number of test images, which stays.</param>
    /// <param name="seedsNow">The number of seeds that there are.</param>
    /// <param name="margin">The margin of equivalence, a fraction.</param>
    /// <param name="levels">The levels with so many seeds; more seeds never have lower ones.</param>
    internal static Computed<SeedEstimate> ToDecide(
        double difference, VarianceComponents components, int images, int seedsNow, double margin, Func<int, TestLevels> levels)
    {
        ArgumentNullException.ThrowIfNull(components);
        int low = Math.Max(2, seedsNow + 1), high = MostSeeds;
        if (low > high || Power(high) < WantedPower)
        {
            var error = components.OfMean(high, images, pooled: true);
            // Then even endless seeds would at most halve the standard error again
            bool fewImages = error.KnownVariance > 0.25 * (error.Variance + error.KnownVariance);
            return new NotComputable(fewImages ? TooFewImages(images) : Invariant($"not within {MostSeeds} seeds"));
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Power(middle) >= WantedPower ? (low, middle) : (middle + 1, high);
        }

        return new SeedEstimate(low, Power(low));

        // Both tests have to find it: own noise varies much between samples, pooled noise, taken as its mean, little.
        double Power(int seeds)
        {
            ErrorEstimate own = components.OfMean(seeds, images, pooled: false), pooled = components.OfMean(seeds, images, pooled: true);
            bool alone = components.FreedomPerSeed <= 1;
            var level = levels(seeds);
            return Math.Max(
                PowerOfDifference(difference, own, OwnLevel(level.OwnDifference, level.Difference), alone ? 0 : pooled.HalfWidth(1 - level.Difference)),
                PowerOfEquivalence(
                    difference, own, margin, OwnLevel(level.OwnEquivalence, level.Equivalence), alone ? 0 : pooled.HalfWidth(1 - (2 * level.Equivalence))));

            double OwnLevel(double ofOwn, double ofPooled) => alone ? Math.Min(ofOwn, ofPooled) : ofOwn;
        }
    }

    /// <summary>Why no number of seeds would decide: the reason where test images, not training noise, set the limit.</summary>
    /// <param name="images">The number of test images.</param>
    internal static string TooFewImages(int images) =>
        Invariant($"not within {MostSeeds} seeds: the {images:N0} test images are too few to tell such a difference");

    /// <summary>The power of the two-sided test; without images, that of Student's.</summary>
    /// <param name="difference">The true difference.</param>
    /// <param name="error">What its estimate truly varies by.</param>
    /// <param name="level">The level, in (0, 1).</param>
    /// <param name="least">A half width that intervals have at least: that of another test, which has to find the difference too.</param>
    internal static double PowerOfDifference(double difference, ErrorEstimate error, double level, double least = 0) =>
        OverSamples(error, 1 - level, least, half =>
            Normal.CDF(0, error.StandardError, difference - half) + Normal.CDF(0, error.StandardError, -difference - half));

    /// <summary>The power of two one-sided tests (<b>Phillips 1990</b>).</summary>
    /// <param name="difference">The true difference.</param>
    /// <param name="error">What its estimate truly varies by.</param>
    /// <param name="margin">The margin, greater than 0.</param>
    /// <param name="level">The level of each test, in (0, 1).</param>
    /// <param name="least">A half width that intervals have at least.</param>
    internal static double PowerOfEquivalence(double difference, ErrorEstimate error, double margin, double level, double least = 0) =>
        OverSamples(error, 1 - (2 * level), least, half => Math.Max(
            0, Normal.CDF(0, error.StandardError, margin - difference - half) - Normal.CDF(0, error.StandardError, half - margin - difference)));

    // The mean of a function of the interval's half width, as the estimated variance of seeds varies: over its true value, times the degrees of freedom, it is
    // chi-squared.
    private static double OverSamples(ErrorEstimate error, double level, double least, Func<double, double> probability)
    {
        double freedom = error.DegreesOfFreedom, spread = 8 / Math.Sqrt(2 * freedom);
        double student = (error with { KnownVariance = 0 }).HalfWidth(level), known = Math.Pow(error.HalfWidth(level), 2) - (student * student);
        return Math.Clamp(GaussLegendreRule.Integrate(Weighted, Math.Max(0, 1 - spread), 1 + spread, IntegrationOrder), 0, 1);

        double Weighted(double scale) => scale <= 0 ? 0 : 2 * freedom * scale * ChiSquared.PDF(freedom, freedom * scale * scale) * probability(Half(scale));

        double Half(double scale) => Math.Max(least, Math.Sqrt(Math.Max(0, (student * student * scale * scale) + known)));
    }
}
