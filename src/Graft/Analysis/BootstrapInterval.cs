using Graft.Runtime;
using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>
/// The interval of 95 % of a mean difference by resampling seeds and images, each with replacement and independently (<b>Owen 2007</b>, "The pigeonhole
/// bootstrap"; percentile interval of <b>Efron &amp; Tibshirani 1993</b>, section 13.3). Pairs stay together: both networks are resampled alike.
/// </summary>
/// <remarks>
/// A check on the normal theory of the test of crossed seeds and images where seeds are many. With few it is too narrow: resampling two seeds shows half of
/// their variance, three seeds two thirds. Verdicts do not rest on it.
/// </remarks>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Replicates">How many samples were drawn.</param>
public sealed record BootstrapInterval(double Lower, double Upper, int Replicates)
{
    private const int DefaultReplicates = 2000;

    /// <summary>Draws samples and takes the interval.</summary>
    /// <param name="differences">The differences by seed and image.</param>
    /// <param name="seed">Decides the samples: equal seeds give equal intervals.</param>
    /// <param name="replicates">How many samples to draw, at least 100.</param>
    internal static Computed<BootstrapInterval> Of(PairedDifferences differences, ulong seed, int replicates = DefaultReplicates)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 100);
        int seeds = differences.Seeds.Count, images = differences.Images;

        // Most images have no difference in any seed and add nothing: it is enough to draw how many of a sample are among the others, and which.
        int[] different = [.. Enumerable.Range(0, images).Where(i => Enumerable.Range(0, seeds).Any(s => differences[s][i] != 0))];
        if (different.Length == 0)
        {
            return new NotComputable("both are right on the same images: nothing varies");
        }

        double[] counts = CumulativeCounts(images, different.Length);
        var generator = new SplitMix(seed);
        var means = new double[replicates];
        var drawn = new int[seeds];
        for (int r = 0; r < replicates; r++)
        {
            for (int s = 0; s < seeds; s++)
            {
                drawn[s] = generator.Next(seeds);
            }

            double uniform = (generator.Next() >> 11) / (double)(1UL << 53);
            int place = Array.BinarySearch(counts, uniform);
            int count = Math.Min(place < 0 ? ~place : place + 1, images);
            double sum = 0;
            for (int k = 0; k < count; k++)
            {
                int image = different[generator.Next(different.Length)];
                foreach (int s in drawn)
                {
                    sum += differences[s][image];
                }
            }

            means[r] = sum / seeds / images;
        }

        Array.Sort(means);
        return new BootstrapInterval(
            Statistics.Quantile(means, (1 - DifferenceTest.Level) / 2), Statistics.Quantile(means, (1 + DifferenceTest.Level) / 2), replicates);
    }

    // P(K ≤ k) for k = 0 … images, K the number of draws that fall on one of the different images.
    private static double[] CumulativeCounts(int images, int different)
    {
        var cumulative = new double[images + 1];
        double sum = 0;
        for (int k = 0; k <= images; k++)
        {
            cumulative[k] = sum += Binomial.PMF((double)different / images, images, k);
        }

        return cumulative;
    }
}
