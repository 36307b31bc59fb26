using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>
/// McNemar's exact test (<b>McNemar 1947</b>; for classifiers <b>Dietterich 1998</b>): of the images on which two trained networks differ, are more than half
/// won by one of them? It compares these trained networks, not the operations: training them again is not part of it.
/// </summary>
/// <param name="Won">Images that the first network alone gets right.</param>
/// <param name="Lost">Images that the second network alone gets right.</param>
/// <param name="PValue">The two-sided p-value: twice the smaller tail of the binomial distribution with probability 1/2, at most 1.</param>
public sealed record McNemarTest(int Won, int Lost, double PValue)
{
    /// <summary>Tests the differences of one seed.</summary>
    /// <param name="differences">The differences by seed and image.</param>
    /// <param name="seed">The index of the seed in <see cref="PairedDifferences.Seeds"/>.</param>
    public static Computed<McNemarTest> OfSeed(PairedDifferences differences, int seed)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return Of(differences[seed]);
    }

    /// <summary>
    /// Tests all seeds together. An image counts once, for the network that was right on it in more seeds: counting it once a seed would take its repeated
    /// answers for independent ones. With one seed it is the test of that seed.
    /// </summary>
    public static Computed<McNemarTest> Pooled(PairedDifferences differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return Of(differences.ImageMeans());
    }

    private static Computed<McNemarTest> Of(ReadOnlySpan<double> differences)
    {
        const double Rounding = 1e-9; // of a mean of ±1 over seeds
        int won = 0, lost = 0;
        foreach (double difference in differences)
        {
            won += difference > Rounding ? 1 : 0;
            lost += difference < -Rounding ? 1 : 0;
        }

        return won + lost == 0
            ? new NotComputable("both are right on the same images")
            : new McNemarTest(won, lost, Math.Min(1, 2 * Binomial.CDF(0.5, won + lost, Math.Min(won, lost))));
    }
}
