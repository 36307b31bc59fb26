using MathNet.Numerics.Statistics;

namespace Graft.Analysis;

/// <summary>Accuracies in three numbers, as fractions.</summary>
/// <param name="Lowest">The lowest.</param>
/// <param name="Median">The median.</param>
/// <param name="Highest">The highest.</param>
public sealed record AccuracyRange(double Lowest, double Median, double Highest)
{
    /// <summary>The range of accuracies; null where there are none.</summary>
    internal static AccuracyRange? Of(IReadOnlyCollection<double> accuracies) =>
        accuracies.Count == 0 ? null : new(accuracies.Min(), accuracies.Median(), accuracies.Max());
}
