namespace Graft.Analysis;

/// <summary>
/// What makes a difference vary from seed to seed and from image to image: y = μ + seed + image + rest, all effects random and independent (two-way crossed design
/// without replication). Variances of single answers, in squared fractions.
/// </summary>
/// <param name="Seed">Variance of a seed's effect on all images: training noise.</param>
/// <param name="Image">Variance of an image's effect in all seeds: some images are always lost or won.</param>
/// <param name="Rest">Variance of what is particular to one image in one seed.</param>
/// <param name="FreedomPerSeed">Degrees of freedom that each seed beyond the first gives the estimate of training noise: 1, or the number of cells that it is pooled over.</param>
public sealed record VarianceComponents(double Seed, double Image, double Rest, double FreedomPerSeed)
{
    // From here on Student's distribution is the normal one to all digits that matter, and its functions no longer converge.
    private const double MostFreedom = 1e6;

    /// <summary>The variance of the mean over so many seeds and images.</summary>
    public double OfMean(int seeds, int images) => (Seed / seeds) + (Image / images) + (Rest / ((double)seeds * images));

    /// <summary>The degrees of freedom that <see cref="CrossedTest"/> has with so many seeds and images (<b>Hillis 2007</b>).</summary>
    public double DegreesOfFreedom(int seeds, int images)
    {
        double seedSquare = Rest + (images * Seed);
        double ratio = (seedSquare + (seeds * Image)) / seedSquare;
        return Math.Min(MostFreedom, FreedomPerSeed * (seeds - 1) * ratio * ratio);
    }
}
