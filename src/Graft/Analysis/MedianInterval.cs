using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>
/// The sample median with a confidence interval from order statistics: exact for any distribution (Conover 1999, section 3.2; for run times Hoefler and Belli
/// 2015, rule 5). Coverage is at least the stated level.
/// </summary>
/// <param name="Median">The sample median.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Count">Values behind it.</param>
public sealed record MedianInterval(double Median, double Lower, double Upper, int Count)
{
    /// <summary>Half of the interval's length divided by the median.</summary>
    public double RelativeHalfWidth => Median > 0 ? (Upper - Lower) / 2 / Median : 0;

    /// <summary>Whether the upper end is more than half above the lower one: of run times, that other programs disturbed them.</summary>
    internal bool IsDisturbed => Upper > 1.5 * Lower;

    /// <summary>The median of values and its interval; null where there are too few for that level (fewer than six at 95 %).</summary>
    /// <param name="values">Independent values of one distribution.</param>
    /// <param name="level">The probability of covering the median, in (0, 1).</param>
    internal static MedianInterval? Of(IReadOnlyCollection<double> values, double level = 0.95)
    {
        if (!(level > 0 && level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of a confidence interval lies in (0, 1).");
        }

        double[] sorted = [.. values.Order()];
        int n = sorted.Length;
        int below = 0; // how many values may lie outside at either end
        while (below < n / 2 && Binomial.CDF(0.5, n, below) <= (1 - level) / 2)
        {
            below++;
        }

        return below == 0 ? null : new((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[below - 1], sorted[n - below], n);
    }
}
