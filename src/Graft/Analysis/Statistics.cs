using MathNet.Numerics.Statistics;

namespace Graft.Analysis;

/// <summary>Descriptive statistics that say when they cannot be computed.</summary>
internal static class Statistics
{
    /// <summary>Sample standard deviation (n − 1); null with fewer than two values.</summary>
    public static double? Std(IReadOnlyCollection<double> values) => values.Count < 2 ? null : values.StandardDeviation();

    /// <summary>
    /// A sum or difference of accuracies without what the arithmetic added: equal ones are equal to the bit, and ties in ranks. Those of a million images and
    /// 1,000 seeds differ by 1e-9 or more.
    /// </summary>
    public static double Exact(double fraction) => Math.Round(fraction, 12);

    /// <summary>The mean of accuracies or of their differences, in the sense of <see cref="Exact"/>.</summary>
    /// <param name="fractions">At least one.</param>
    public static double MeanFraction(IEnumerable<double> fractions) => Exact(fractions.Average());

    /// <summary>The p-quantile, linear between the order statistics (definition 7 of <b>Hyndman &amp; Fan 1996</b>, R's and NumPy's default).</summary>
    /// <param name="sorted">The values, ascending; at least one.</param>
    /// <param name="p">In [0, 1].</param>
    public static double Quantile(double[] sorted, double p) => SortedArrayStatistics.QuantileCustom(sorted, p, QuantileDefinition.R7);
}
