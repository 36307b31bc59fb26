namespace Graft.Analysis;

/// <summary>
/// The test that verdicts rest on: is the mean difference zero for other seeds <em>and</em> other test images? Seeds and images are crossed random factors, as
/// readers and cases are in the multi-reader multi-case studies of radiology.
/// </summary>
/// <remarks>
/// <para>
/// Source: <b>Dorfman, Berbaum &amp; Metz 1992</b> and <b>Obuchowski &amp; Rockette 1995</b>, which are the same for a proportion of right answers (<b>Hillis
/// 2007</b>, Statistics in Medicine 26, 596–619). With the mean squares of the differences S (seeds), I (images) and R (rest), s seeds and n images: variance
/// of the mean = (S + max(I − R, 0)) / (s·n). As in these papers, where more than two are compared, S is estimated from all of them: from the pooled
/// <see cref="TrainingNoise"/> of a table, and is never taken smaller than R.
/// </para>
/// <para>
/// Differs from the papers: the test is made a second time with the pair's own S and its s − 1 degrees of freedom, and both have to find a difference. Pooled
/// noise alone raises up to seven times as many false alarms as it says where one cell, or the baseline that all are compared with, is noisier than the others;
/// own noise alone has no power left after a correction for many cells. In place of approximate degrees of freedom stand the intervals of
/// <see cref="ErrorEstimate"/>, which hold with two seeds too (docs/statistics.md has the rates).
/// </para>
/// <para>
/// Assumes: seeds and images are drawn independently, means are roughly normal (thousands of images). It says nothing about other teachers: there is one.
/// </para>
/// </remarks>
internal static class CrossedTest
{
    /// <summary>Tests differences. With one seed, images alone are the sample (the paired z-test), and the result says so.</summary>
    /// <param name="differences">The differences by seed and image.</param>
    /// <param name="noise">The training noise of a cell, pooled over a table; null to judge by the differences alone.</param>
    internal static Computed<DifferenceTest> Of(PairedDifferences differences, TrainingNoise? noise = null)
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
        var error = new ErrorEstimate(squares / (images - 1) / images, images - 1, 0);
        return squares <= 0
            ? Identical
            : new DifferenceTest
            {
                Difference = mean,
                Pooled = error,
                Own = error,
                Basis = TestBasis.Images,
                Most = differences.Most,
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
        double ownSquare = ofSeeds / (seeds - 1), imageSquare = ofImages / (images - 1);
        double restSquare = Math.Max(0, total - ofSeeds - ofImages) / ((seeds - 1.0) * (images - 1));
        double answers = (double)seeds * images, ofMeanImage = Math.Max(0, imageSquare - restSquare) / answers;
        var own = new ErrorEstimate(ownSquare / answers, seeds - 1, ofMeanImage);
        double pooledSquare = noise is null ? ownSquare : Math.Max(restSquare, images * differences.VarianceBy(noise));
        var pooled = noise is null ? own : new ErrorEstimate(pooledSquare / answers, noise.DegreesOfFreedom, ofMeanImage);
        if (Math.Max(own.StandardError, pooled.StandardError) <= 1e-12)
        {
            return Identical;
        }

        if (restSquare <= 0 && ownSquare <= 0)
        {
            return new NotComputable("the seeds gave the same answers, so that they count as one");
        }

        return new DifferenceTest
        {
            Difference = mean,
            Pooled = pooled,
            Own = own,
            Basis = TestBasis.SeedsAndImages,
            Most = differences.Most,
            Seeds = seeds,
            Images = images,
            Components = new(
                Math.Max(0, (Math.Max(ownSquare, pooledSquare) - restSquare) / images),
                ofMeanImage * images,
                restSquare,
                noise is null ? 1 : noise.DegreesOfFreedom / (seeds - 1.0)),
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
