using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>A two-sided interval that covers an unknown mean with a stated probability.</summary>
/// <param name="Mean">The sample mean, in the unit of the values.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public sealed record ConfidenceInterval(double Mean, double Lower, double Upper)
{
    /// <summary>
    /// Student's interval of the mean of independent, roughly normal values: mean ± t(level, n − 1) · s / √n with the sample standard deviation s.
    /// </summary>
    /// <param name="values">The values, all finite.</param>
    /// <param name="level">The probability of covering the mean, in (0, 1).</param>
    /// <returns>The interval, or null with fewer than two values: one value says nothing about its spread.</returns>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is not in (0, 1).</exception>
    public static ConfidenceInterval? OfMean(IReadOnlyList<double> values, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        CheckLevel(level);
        if (!values.All(double.IsFinite))
        {
            throw new ArgumentException("A confidence interval needs finite values.", nameof(values));
        }

        int n = values.Count;
        if (n < 2)
        {
            return null;
        }

        double mean = values.Average();
        double s = Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (n - 1));
        double half = StudentT.InvCDF(0, 1, n - 1, (1 + level) / 2) * s / Math.Sqrt(n);
        return new ConfidenceInterval(mean, mean - half, mean + half);
    }

    /// <summary>The exact interval of a proportion (Clopper and Pearson 1934).</summary>
    /// <param name="successes">How often it happened.</param>
    /// <param name="count">How often it could have.</param>
    /// <param name="level">The probability of covering the proportion, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="successes"/> is not in [0, <paramref name="count"/>], the count is not positive, or the
    /// level is not in (0, 1).</exception>
    public static ConfidenceInterval OfProportion(int successes, int count, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, count);
        CheckLevel(level);
        double tail = (1 - level) / 2;
        return new(
            (double)successes / count,
            successes == 0 ? 0 : Beta.InvCDF(successes, count - successes + 1, tail),
            successes == count ? 1 : Beta.InvCDF(successes + 1, count - successes, 1 - tail));
    }

    private static void CheckLevel(double level)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of a confidence interval lies in (0, 1).");
        }
    }
}
