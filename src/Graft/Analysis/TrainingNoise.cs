using MathNet.Numerics.Statistics;

namespace Graft.Analysis;

/// <summary>
/// How much accuracy varies from seed to seed within a cell, pooled over the cells of a table: the residual mean square of an analysis of variance. Two or
/// three seeds alone say next to nothing about their spread; all cells of a table together do, if their spreads are alike.
/// </summary>
/// <param name="Variance">The variance of an accuracy over seeds.</param>
/// <param name="DegreesOfFreedom">Its degrees of freedom: trials minus cells.</param>
public sealed record TrainingNoise(double Variance, int DegreesOfFreedom)
{
    private readonly Dictionary<object, double> _ofBaselines = new(ReferenceEqualityComparer.Instance);

    /// <summary>The same noise, but a cell that all others are compared with counts with its own variance where that is larger: its error is in all of the
    /// comparisons at once.</summary>
    /// <param name="baselines">The trials of each such cell, the very lists that differences are made from.</param>
    public TrainingNoise WithBaselines(IEnumerable<IReadOnlyList<TrialOutcome>> baselines)
    {
        ArgumentNullException.ThrowIfNull(baselines);
        var noise = new TrainingNoise(Variance, DegreesOfFreedom);
        foreach (var trials in baselines.Where(b => b.Count > 1))
        {
            noise._ofBaselines[trials] = trials.Select(t => (double)t.Outcome.CorrectCount / t.Outcome.Count).Variance();
        }

        return noise;
    }

    /// <summary>The squared deviations that were pooled: the sum of those of the cells (<see cref="SquaresOf"/>).</summary>
    internal double Squares => Variance * DegreesOfFreedom;

    /// <summary>The squared deviations of a cell's accuracies from their mean; 0 for a single one.</summary>
    internal static double SquaresOf(IReadOnlyList<double> accuracies) => accuracies.Count > 1 ? (accuracies.Count - 1) * accuracies.Variance() : 0;

    /// <summary>The variance of an accuracy of a cell over seeds.</summary>
    /// <param name="cell">The cell's trials.</param>
    internal double VarianceOf(object cell) => Math.Max(Variance, _ofBaselines.GetValueOrDefault(cell));

    /// <summary>Pools cells.</summary>
    /// <param name="cells">The accuracies of each cell, one a seed.</param>
    public static Computed<TrainingNoise> Pooled(IReadOnlyList<IReadOnlyList<double>> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        int freedom = cells.Where(c => c.Count > 1).Sum(c => c.Count - 1);
        return freedom == 0
            ? new NotComputable("one seed says nothing about how much training varies")
            : new TrainingNoise(cells.Sum(SquaresOf) / freedom, freedom);
    }
}
