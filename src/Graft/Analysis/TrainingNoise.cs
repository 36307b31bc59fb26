using MathNet.Numerics.Statistics;

namespace Graft.Analysis;

/// <summary>
/// How much accuracy varies from seed to seed within a cell, pooled over the cells of a table: the residual mean square of an analysis of variance. Two or three seeds alone say
/// next to nothing about their spread; all cells of a table together do, if their spreads are alike.
/// </summary>
/// <param name="Variance">The variance of an accuracy over seeds.</param>
/// <param name="DegreesOfFreedom">Its degrees of freedom: trials minus cells.</param>
public sealed record TrainingNoise(double Variance, int DegreesOfFreedom)
{
    /// <summary>Pools cells.</summary>
    /// <param name="cells">The accuracies of each cell, one a seed.</param>
    public static Computed<TrainingNoise> Pooled(IReadOnlyList<IReadOnlyList<double>> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var usable = cells.Where(c => c.Count > 1).ToList();
        int freedom = usable.Sum(c => c.Count - 1);
        return freedom == 0
            ? new NotComputable("one seed says nothing about how much training varies")
            : new TrainingNoise(usable.Sum(c => (c.Count - 1) * c.Variance()) / freedom, freedom);
    }
}
