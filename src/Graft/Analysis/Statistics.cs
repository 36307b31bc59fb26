using MathNet.Numerics.Statistics;

namespace Graft.Analysis;

/// <summary>Descriptive statistics that say when they cannot be computed.</summary>
internal static class Statistics
{
    /// <summary>Sample standard deviation (n − 1); null with fewer than two values.</summary>
    public static double? Std(IReadOnlyCollection<double> values) => values.Count < 2 ? null : values.StandardDeviation();
}
