namespace Graft.Analysis;

/// <summary>
/// The test that verdicts rest on: is the mean difference zero for other seeds <em>and</em> other test images? Seeds and images are crossed random factors, as readers and cases are
/// in the multi-reader multi-case studies of radiology.
/// </summary>
/// <remarks>
/// <para>
/// Source: <b>Dorfman, Berbaum &amp; Metz 1992</b> and <b>Obuchowski &amp; Rockette 1995</b>, which are the same for a proportion of right answers, with the degrees of freedom of
/// <b>Hillis 2007</b> (Statistics in Medicine 26, 596–619). With the mean squares of the differences S (seeds), I (images) and R (rest), s seeds and n images: variance of the
/// mean = (S + max(I − R, 0)) / (s·n), degrees of freedom = (S + max(I − R, 0))² / (S² / ν), ν those of S. As in these papers, where more than two are compared, S is estimated from all of
/// them: from the pooled <see cref="TrainingNoise"/> of a table.
/// </para>
/// <para>
/// Differs from the papers: S is never taken smaller than the pair's own mean square of seeds, nor smaller than R. Without these bounds a noisy cell among quiet ones, or a pair of seeds that
/// happens to agree, raises false alarms; with them the test errs towards "undecided" (docs/statistics.md has the rates of all tests).
/// </para>
/// <para>
/// Assumes: seeds and images are drawn independently, means are roughly normal (thousands of images), cells of a table are about equally noisy. It says nothing about other teachers: there is one.
/// </para>
/// </remarks>
public static class CrossedTest
{
    /// <summary>Tests differences. With one seed, images alone are the sample (the paired z-test), and the result says so.</summary>
    /// <param name="differences">The differences by seed and image.</param>
    /// <param name="noise">The training noise of a cell, pooled over a table; null to judge by the differences alone.</param>
    public static Computed<DifferenceTest> Of(PairedDifferences differences, TrainingNoise? noise = null)
    {
        ArgumentNullException.ThrowIfNull(differences);
        int seeds = differences.Seeds.Count, images = differences.Images;
        if (images < 2)
        {
            return new NotComputable("one test image says nothing about others");
        }

        return seeds == 1 ? OfOneSeed(differences) : OfSeeds(differences, noise);
    }

    private static Computed<DifferenceTest> OfOneSeed(PairedDifferences differences)
    {
        int images = differences.Images;
        double mean = differences.Mean, squares = SumOfSquares(differences[0], mean);
        return squares <= 0
            ? Identical
            : new DifferenceTest
            {
                Difference = mean,
                StandardError = Math.Sqrt(squares / (images - 1) / images),
                DegreesOfFreedom = images - 1,
                Basis = TestBasis.Images,
                Seeds = 1,
                Images = images,
            };
    }

    private static Computed<DifferenceTest> OfSeeds(PairedDifferences differences, TrainingNoise? noise)
    {
        int seeds = differences.Seeds.Count, images = differences.Images;
        double[] imageMeans = differences.ImageMeans();
        var seedMeans = differences.SeedMeans();
        double mean = seedMeans.Average();
        double total = Enumerable.Range(0, seeds).Sum(s => SumOfSquares(differences[s], mean));
        double ofSeeds = images * seedMeans.Sum(x => (x - mean) * (x - mean));
        double ofImages = seeds * SumOfSquares(imageMeans, mean);
        double seedSquare = Math.Max(ofSeeds / (seeds - 1), images * differences.ContrastSquare * (noise?.Variance ?? 0));
        double imageSquare = ofImages / (images - 1);
        double restSquare = Math.Max(0, total - ofSeeds - ofImages) / ((seeds - 1.0) * (images - 1));
        var components = new VarianceComponents(
            Math.Max(0, (seedSquare - restSquare) / images),
            Math.Max(0, (imageSquare - restSquare) / seeds),
            restSquare,
            noise is null ? 1 : noise.DegreesOfFreedom / (seeds - 1.0));
        double variance = components.OfMean(seeds, images);
        if (variance <= 1e-24)
        {
            return Identical;
        }

        if (components.Rest <= 0 && components.Seed <= 0)
        {
            return new NotComputable("the seeds gave the same answers, so that they count as one");
        }

        return new DifferenceTest
        {
            Difference = mean,
            StandardError = Math.Sqrt(variance),
            DegreesOfFreedom = components.DegreesOfFreedom(seeds, images),
            Basis = TestBasis.SeedsAndImages,
            Seeds = seeds,
            Images = images,
            Components = components,
        };
    }

    private static NotComputable Identical => new("both are right on the same images: nothing varies");

    private static double SumOfSquares(ReadOnlySpan<double> values, double mean)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += (value - mean) * (value - mean);
        }

        return sum;
    }
}
