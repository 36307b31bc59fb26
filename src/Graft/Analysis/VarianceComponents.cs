namespace Graft.Analysis;

/// <summary>
/// What makes a difference vary from seed to seed and from image to image: y = μ + seed + image + rest, all effects random and independent (two-way crossed
/// design without replication). Variances of single answers, in squared fractions.
/// </summary>
/// <param name="Seed">Variance of a seed's effect on all images: training noise.</param>
/// <param name="Image">Variance of an image's effect in all seeds: some images are always lost or won.</param>
/// <param name="Rest">Variance of what is particular to one image in one seed.</param>
/// <param name="FreedomPerSeed">Degrees of freedom that each seed beyond the first gives the estimate of training noise: 1, or the number of cells that it is
/// pooled over.</param>
public sealed record VarianceComponents(double Seed, double Image, double Rest, double FreedomPerSeed)
{
    /// <summary>What the mean over so many seeds and images varies by, as <see cref="CrossedTest"/> would estimate it on average.</summary>
    /// <param name="seeds">The number of seeds, at least 2.</param>
    /// <param name="images">The number of test images.</param>
    /// <param name="pooled">With training noise pooled, or of the two cells alone.</param>
    internal ErrorEstimate OfMean(int seeds, int images, bool pooled) =>
        new((Seed / seeds) + (Rest / ((double)seeds * images)), (pooled ? FreedomPerSeed : 1) * (seeds - 1), Image / images);
}
