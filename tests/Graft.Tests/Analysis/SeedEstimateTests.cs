using Graft.Analysis;

namespace Graft.Tests.Analysis;

public sealed class SeedEstimateTests
{
    private const double Margin = 0.005, Level = 0.05;

    [Fact]
    public void PowerOfDifference_AsScipysNoncentralT() =>
        Assert.All(
            Reference.Scipy.GetProperty("power").EnumerateArray(),
            expected =>
                Assert.Equal(
                    expected.Number("power"),
                    SeedEstimate.PowerOfDifference(expected.Number("shift"), new(1, expected.Number("df"), 0), expected.Number("level")),
                    1e-5
                )
        );

    [Fact]
    public void PowerOfEquivalence_AsScipysIntegral() =>
        Assert.All(
            Reference.Scipy.GetProperty("tostPower").EnumerateArray(),
            expected =>
                Assert.Equal(
                    expected.Number("power"),
                    SeedEstimate.PowerOfEquivalence(
                        expected.Number("difference"),
                        new(Math.Pow(expected.Number("error"), 2), expected.Number("df"), 0),
                        expected.Number("margin"),
                        expected.Number("level")
                    ),
                    1e-4
                )
        ); // the integrand has a kink where the two tests just fail to meet

    [Fact]
    public void ToDecide_TrainingNoiseAlone_NeedsWhatATTestNeeds()
    {
        // A difference as large as its deviation: 13 seeds for 80 % at 2 % (PValues.OwnLevel) in R: power.t.test(delta = 1, sd = 1, sig.level = 0.02, power =
        // 0.8, type = "one.sample") says 12.4.
        var estimate = ToDecide(0.02, new(Seed: 0.0004, Image: 0, Rest: 1e-9, FreedomPerSeed: 1)).Value!;

        Assert.Equal(13, estimate.Seeds);
        Assert.InRange(estimate.Power, 0.8, 0.85);
    }

    [Fact]
    public void ToDecide_PooledNoise_StillNeedsTheOwnTest()
    {
        // Three standard errors of one seed: pooled noise would find it with two seeds, the own test of t(1) does not.
        var alone = ToDecide(0.06, new(Seed: 0.0004, Image: 0, Rest: 1e-9, FreedomPerSeed: 1)).Value!;
        var pooled = ToDecide(0.06, new(Seed: 0.0004, Image: 0, Rest: 1e-9, FreedomPerSeed: 20)).Value!;

        Assert.InRange(pooled.Seeds, 4, alone.Seeds);
    }

    [Fact]
    public void ToDecide_NoDifferenceAndLittleNoise_DecidesForEquivalence() => Assert.InRange(ToDecide(0, new(4e-6, 0.001, 0.02, 1)).Value!.Seeds, 3, 8);

    [Fact]
    public void ToDecide_ImagesVaryTooMuch_SaysThatImagesAreTooFew() =>
        Assert.Equal(
            "not within 100 seeds: the 1,000 test images are too few to tell such a difference",
            ToDecide(0.004, new(1e-6, 0.04, 0.02, 1), images: 1000).Reason
        );

    [Fact]
    public void ToDecide_DifferenceAtTheMargin_SaysNotWithin() => Assert.Equal("not within 100 seeds", ToDecide(1e-6, new(0.01, 0, 0.02, 1)).Reason);

    private static Computed<SeedEstimate> ToDecide(double difference, VarianceComponents components, int images = 10_000) =>
        SeedEstimate.ToDecide(difference, components, images, seedsNow: 2, Margin, Level, Level);
}
