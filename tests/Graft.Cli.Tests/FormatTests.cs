namespace Graft.Cli.Tests;

public sealed class FormatTests
{
    [Theory]
    [InlineData(-0.0331, "-3.31")]
    [InlineData(0.0028, "+0.28")]
    [InlineData(-0.00001, "0.00")]
    [InlineData(double.NaN, "–")]
    [InlineData(null, "–")]
    public void Points_Difference_HasTheMinusSignOfTerminals(double? difference, string expected) => Assert.Equal(expected, Format.Points(difference));

    [Theory]
    [InlineData(-0.5, "-0.50")]
    [InlineData(-0.001, "0.00")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void Number_NoNumber_IsADash(double number, string expected) => Assert.Equal(expected, Format.Number(number, "0.00"));

    [Fact]
    public void Interval_Differences_HasBothEnds() => Assert.Equal("-1.20 to +0.35", Format.Interval(-0.012, 0.0035));
}
