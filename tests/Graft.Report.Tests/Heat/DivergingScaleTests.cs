using Graft.Report.Heat;

namespace Graft.Report.Tests.Heat;

public sealed class DivergingScaleTests
{
    [Fact]
    public void Ink_WholeScale_HasTheContrastOfReadableText()
    {
        DivergingScale scale = new(5);

        Assert.All(Enumerable.Range(-600, 1201), i =>
        {
            Rgb background = scale.Background(i / 100.0);
            Assert.InRange(Rgb.Contrast(background, DivergingScale.Ink(background)), 4.5, 21);
        });
    }

    [Fact]
    public void Background_WholeScale_GetsLighterUpToZeroAndDarkerFromThere()
    {
        DivergingScale scale = new(1);
        double[] luminance = [.. Enumerable.Range(-10, 21).Select(i => scale.Background(i / 10.0).Luminance)];

        Assert.Equal(luminance[..11].Order(), luminance[..11]);
        Assert.Equal(luminance[10..].OrderDescending(), luminance[10..]);
    }

    [Fact]
    public void Background_OppositeSigns_DifferInBlueAgainstRed()
    {
        DivergingScale scale = new(2);

        Assert.All(Enumerable.Range(1, 20), i =>
        {
            Rgb worse = scale.Background(-i / 10.0), better = scale.Background(i / 10.0);
            Assert.True(worse.R > worse.B);
            Assert.True(better.B > better.R);
        });
    }

    [Fact]
    public void Background_BeyondTheLimit_IsThatOfTheLimit()
    {
        DivergingScale scale = new(2);

        Assert.Equal(scale.Background(2), scale.Background(7));
        Assert.Equal(scale.Background(-2), scale.Background(-7));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-0.5, 0.5)]
    [InlineData(0.51, 1)]
    [InlineData(-5.55, 7)]
    [InlineData(96, 100)]
    [InlineData(double.NaN, 0.5)]
    public void For_LargestDifference_IsHeldByTheNextRoundLimit(double difference, double limit)
    {
        Assert.Equal(limit, DivergingScale.For([0, difference]).Limit);
    }
}
