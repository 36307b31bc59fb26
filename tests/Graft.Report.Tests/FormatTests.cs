namespace Graft.Report.Tests;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0.96186, "96.19")]
    [InlineData(1.0, "100.00")]
    [InlineData(null, "–")]
    [InlineData(-0.00001, "0.00")]
    [InlineData(double.NaN, "–")]
    public void Percent_Fraction_HasTwoDecimals(double? fraction, string expected) => Assert.Equal(expected, Format.Percent(fraction));

    [Theory]
    [InlineData(0.0028, "+0.28")]
    [InlineData(-0.0331, "−3.31")]
    [InlineData(0.0, "0.00")]
    [InlineData(-0.00001, "0.00")]
    public void Points_Difference_HasASignUnlessItIsNone(double? difference, string expected) => Assert.Equal(expected, Format.Points(difference));

    // The same difference, computed in three ways: 100 times the second is −0.52499999999999…
    [Fact]
    public void Points_InTheMiddle_AreRoundedOneWay()
    {
        double[] computed = [-0.00525, 0.84 - 0.84525, ((0.84 - 0.84525) + (0.84 - 0.84525)) / 2];

        Assert.All(computed, difference => Assert.Equal("−0.53", Format.Points(difference)));
    }

    [Theory]
    [InlineData(4.25, "4.3 s")]
    [InlineData(59.99, "1 min 0 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(3599.7, "1 h 0 min")]
    [InlineData(11520, "3 h 12 min")]
    [InlineData(-1, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void Duration_Seconds_AreWrittenInTheUnitsThatSayMost(double seconds, string expected) => Assert.Equal(expected, Format.Duration(seconds));

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 25 }, "25")]
    [InlineData(new[] { 25, 50 }, "25 and 50")]
    [InlineData(new[] { 10, 25, 50 }, "10, 25 and 50")]
    public void Listed_Numbers_ReadAsASentence(int[] numbers, string expected) => Assert.Equal(expected, Format.Listed(numbers));
}
