using Graft.Analysis;

namespace Graft.Tests.Analysis;

public sealed class ConfidenceIntervalTests
{
    [Theory]
    [InlineData(0.95, 12.706)] // t(0.975, 1), any table of Student's distribution
    [InlineData(0.90, 6.314)] // t(0.95, 1)
    public void OfMean_TwoValues_IsTheTabulatedQuantileTimesTheStandardError(double level, double quantile)
    {
        ConfidenceInterval interval = ConfidenceInterval.OfMean([1, 3], level)!;

        // s = √2 and s/√n = 1: the half-width is the quantile itself. The table has three decimals.
        Assert.Equal(2, interval.Mean);
        Assert.Equal(quantile, interval.Upper - interval.Mean, 5e-4);
        Assert.Equal(quantile, interval.Mean - interval.Lower, 5e-4);
    }

    [Fact]
    public void OfMean_ThreeValues_UsesTwoDegreesOfFreedom()
    {
        ConfidenceInterval interval = ConfidenceInterval.OfMean([1, 2, 3])!;

        Assert.Equal(4.303 / Math.Sqrt(3), interval.Upper - interval.Mean, 5e-4); // t(0.975, 2) = 4.303, s = 1
    }

    [Fact]
    public void OfMean_EqualValues_HasNoWidth()
    {
        Assert.Equal(new ConfidenceInterval(0.5, 0.5, 0.5), ConfidenceInterval.OfMean([0.5, 0.5, 0.5]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void OfMean_FewerThanTwoValues_IsNull(int n)
    {
        Assert.Null(ConfidenceInterval.OfMean(Enumerable.Repeat(0.9, n).ToArray()));
    }

    [Fact]
    public void OfMean_ValueThatIsNotFinite_Throws()
    {
        Assert.Throws<ArgumentException>(() => ConfidenceInterval.OfMean([0.9, double.NaN]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void OfMean_LevelOutsideTheOpenUnitInterval_Throws(double level)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.OfMean([1, 2], level));
    }

    [Theory] // scipy.stats.beta
    [InlineData(8415, 10000, 0.8341927671189794, 0.8486077548249678)]
    [InlineData(3, 10, 0.06673951117773447, 0.6524528500599973)]
    [InlineData(0, 20, 0, 0.1684334709830853)]
    [InlineData(20, 20, 1 - 0.1684334709830853, 1)]
    public void OfProportion_Counts_GivesTheExactInterval(int successes, int count, double lower, double upper)
    {
        var interval = ConfidenceInterval.OfProportion(successes, count);

        Assert.Equal((double)successes / count, interval.Mean);
        Assert.Equal(lower, interval.Lower, tolerance: 1e-9);
        Assert.Equal(upper, interval.Upper, tolerance: 1e-9);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(4, 3)]
    [InlineData(0, 0)]
    public void OfProportion_ImpossibleCounts_Throws(int successes, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.OfProportion(successes, count));
}
