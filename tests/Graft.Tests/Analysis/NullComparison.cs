using Graft.Analysis;

namespace Graft.Tests.Analysis;

/// <summary>Comparisons of two operations that are equally good on average: seeds and images make the differences.</summary>
internal static class NullComparison
{
    private const double Differing = 0.06; // share of images on which exactly one of two trained networks is right

    /// <summary>
    /// Draws one: each image is won or lost in all seeds alike with probability <paramref name="shared"/>, else by chance, which each seed tilts.
    /// </summary>
    public static PairedDifferences Draw(Random random, int seeds, int images, double seedDeviation, double shared = 0.4)
    {
        int[] common = [.. Enumerable.Range(0, images).Select(_ => Sign(random, 0))];
        return PairedDifferences.FromValues([.. Enumerable.Range(0, seeds).Select(_ =>
        {
            double tilt = Math.Clamp(seedDeviation / (1 - shared) * Gaussian(random), -Differing, Differing);
            return Enumerable.Range(0, images).Select(i => (double)(random.NextDouble() < shared ? common[i] : Sign(random, tilt))).ToArray();
        })]);
    }

    private static int Sign(Random random, double tilt)
    {
        double u = random.NextDouble();
        return u < (Differing + tilt) / 2 ? 1 : u < Differing ? -1 : 0;
    }

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
