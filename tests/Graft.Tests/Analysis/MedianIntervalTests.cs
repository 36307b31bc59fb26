using Graft.Analysis;

namespace Graft.Tests.Analysis;

public class MedianIntervalTests
{
    [Theory]
    [InlineData(6, 1, 6)] // 1 - 2 / 2^6 = 0.969
    [InlineData(9, 2, 8)] // Conover 1999, table A3: the interval between the second and the eighth covers with 0.961
    [InlineData(20, 6, 15)] // with 0.959
    public void Of_RanksOfATable_ArePickedFromBothEnds(int count, double lower, double upper)
    {
        var interval = MedianInterval.Of([.. Enumerable.Range(1, count).Select(i => (double)i).Reverse()])!;

        Assert.Equal((lower, upper, count), (interval.Lower, interval.Upper, interval.Count));
        Assert.Equal((count + 1) / 2.0, interval.Median);
    }

    [Fact]
    public void Of_TooFewValues_IsNull()
    {
        Assert.Null(MedianInterval.Of([1, 2, 3, 4, 5])); // between the ends of five lies the median with 0.9375
        Assert.NotNull(MedianInterval.Of([1, 2, 3, 4, 5], level: 0.9));
        Assert.Null(MedianInterval.Of([]));
    }

    [Fact]
    public void Of_EqualValues_HasNoWidth() => Assert.Equal(0, MedianInterval.Of([.. Enumerable.Repeat(2.0, 9)])!.RelativeHalfWidth);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Of_LevelOutOfRange_Throws(double level) => Assert.Throws<ArgumentOutOfRangeException>(() => MedianInterval.Of([1, 2], level));
}
