using Graft.Analysis;

namespace Graft.Tests.Analysis;

/// <summary>The tests beside the verdict's own: over seeds, over images, by resampling.</summary>
public sealed class ComparisonTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void McNemar_EachSeedAndPooled_AsScipy()
    {
        foreach (var (expected, differences) in Reference.Comparisons())
        {
            Assert.Equal(
                expected.Numbers("mcnemar"),
                Enumerable.Range(0, differences.Seeds.Count).Select(s => McNemarTest.OfSeed(differences, s).Value!.PValue),
                Close
            );
            Assert.Equal(expected.Number("pooled"), McNemarTest.Pooled(differences).Value!.PValue, Tolerance);
        }
    }

    [Fact]
    public void McNemar_HandCount_IsTwiceTheTail()
    {
        var test = McNemarTest.OfSeed(PairedDifferences.FromValues([1, 1, 1, 1, 1, -1, 0, 0]), 0).Value!;

        Assert.Equal((5, 1), (test.Won, test.Lost));
        Assert.Equal(2 * (1 + 6) / 64.0, test.PValue, Tolerance); // P(X ≤ 1) of 6 fair coins
    }

    [Fact]
    public void McNemar_NoDiscordantImage_IsNotComputable() =>
        Assert.Equal("both are right on the same images", McNemarTest.Pooled(PairedDifferences.FromValues([0, 0])).Reason);

    [Fact]
    public void PairedT_SeveralSeeds_AsScipy()
    {
        foreach (var (expected, differences) in Reference.Comparisons().Where(c => c.Differences.Seeds.Count > 1))
        {
            var test = PairedTTest.Of(differences.SeedMeans()).Value!;

            Assert.Equal(expected.Number("pairedT"), test.T, Tolerance);
            Assert.Equal(expected.Number("pairedPValue"), test.PValue, Tolerance);
        }
    }

    [Theory]
    [InlineData(new[] { 0.01 }, "one seed says nothing about how much training varies")]
    [InlineData(new[] { 0.01, 0.01, 0.01 }, "every seed has the same difference: nothing varies")]
    public void PairedT_Degenerate_IsNotComputable(double[] differences, string reason) => Assert.Equal(reason, PairedTTest.Of(differences).Reason);

    [Fact]
    public void Bootstrap_SeveralSeeds_AsNumpy()
    {
        foreach (var (expected, differences) in Reference.Comparisons().Where(c => c.Differences.Seeds.Count > 1))
        {
            var interval = BootstrapInterval.Of(differences, seed: 3, replicates: 20_000).Value!;

            // Both ends are quantiles of 20,000 draws: their own error is about 2 % of the interval.
            double width = interval.Upper - interval.Lower;
            Assert.Equal(expected.Numbers("bootstrap"), [interval.Lower, interval.Upper], (a, b) => Math.Abs(a - b) < 0.06 * width);
        }
    }

    [Fact]
    public void Bootstrap_SameSeed_SameInterval()
    {
        var differences = Reference.Comparisons().First().Differences;

        Assert.Equal(BootstrapInterval.Of(differences, 7), BootstrapInterval.Of(differences, 7));
        Assert.NotEqual(BootstrapInterval.Of(differences, 7), BootstrapInterval.Of(differences, 8));
    }

    [Fact]
    public void Bootstrap_EveryImageDiffers_IsThatDifference()
    {
        var interval = BootstrapInterval.Of(PairedDifferences.FromValues([1, 1, 1], [1, 1, 1]), seed: 1).Value!;

        Assert.Equal((1.0, 1.0), (interval.Lower, interval.Upper));
    }

    [Fact]
    public void Bootstrap_IdenticalAnswers_IsNotComputable() => Assert.NotNull(BootstrapInterval.Of(PairedDifferences.FromValues([0, 0]), seed: 1).Reason);

    [Fact]
    public void Holm_TiesAndOrder_AsR()
    {
        Assert.Equal(Reference.R.Numbers("holm"), HolmCorrection.Adjust(Reference.R.Numbers("p")), Close);
        Assert.Equal([0.05, 0.05 / 2, 0.05 / 3], HolmCorrection.Levels([0.9, 0.2, 0.1], 0.05), Close);
        Assert.Empty(HolmCorrection.Adjust([]));
    }

    [Fact]
    public void Agreement_HandCount_CountsPredictionsAndCorrectness()
    {
        int[] labels = [0, 1, 2, 3];
        TrialOutcome first = new(1, TestOutcome.FromPredictions([0, 1, 0, 0], labels)), second = new(1, TestOutcome.FromPredictions([0, 2, 1, 0], labels));

        Assert.Equal(new Agreement(0.5, 0.25), Agreement.Between([first], [second]).Value);
        Assert.Equal("no seed has a finished trial of both", Agreement.Between([first], [second with { Seed = 2 }]).Reason);
        Assert.Equal(new Agreement(0.5, 0.25), Agreement.BetweenSeeds([first, second with { Seed = 2 }]).Value);
        Assert.Equal("one seed has no other to compare with", Agreement.BetweenSeeds([first]).Reason);
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < Tolerance;
}
