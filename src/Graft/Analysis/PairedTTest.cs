using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>
/// Student's paired t-test over seeds: is the mean difference zero for other seeds <em>on these test images</em>? It does not know that other images would give
/// another difference, so that its p-values are too small as a statement about the operation.
/// </summary>
/// <param name="Interval">The mean difference and its interval of 95 %.</param>
/// <param name="T">The statistic, with <paramref name="Seeds"/> − 1 degrees of freedom.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="PValue">The two-sided p-value.</param>
public sealed record PairedTTest(ConfidenceInterval Interval, double T, int Seeds, double PValue)
{
    /// <summary>Tests differences, one a seed.</summary>
    internal static Computed<PairedTTest> Of(IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        if (ConfidenceInterval.OfMean(differences, DifferenceTest.Level) is not { } interval)
        {
            return new NotComputable("one seed says nothing about how much training varies");
        }

        int n = differences.Count;
        double error = Statistics.Std([.. differences])!.Value / Math.Sqrt(n);
        if (error <= 1e-12)
        {
            return new NotComputable("every seed has the same difference: nothing varies");
        }

        double t = interval.Mean / error;
        return new PairedTTest(interval, t, n, 2 * StudentT.CDF(0, 1, n - 1, -Math.Abs(t)));
    }
}
