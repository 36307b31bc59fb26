using Graft.Analysis.Sequential;

namespace Graft.Tests.Analysis.Sequential;

public sealed class SequentialBoundsTests
{
    [Fact]
    public void Levels_SeveralLooks_AsScipysNormalDistribution() => Assert.All(Reference.Scipy.GetProperty("bounds").EnumerateArray(), expected => Assert.Equal(
        expected.Numbers("levels"),
        Levels(expected.Numbers("shares"), expected.Number("alpha")),
        (a, b) => Math.Abs((a / b) - 1) < 1e-3)); // scipy integrates by quasi-random points

    [Fact]
    public void Levels_OneLook_IsThePlainLevel() => Assert.Equal(0.05, Levels([1.0], 0.05)[0], 1e-12);

    [Fact]
    public void Levels_ManyLooks_RiseAndStayBelowTheWhole()
    {
        var levels = Levels([.. Enumerable.Range(2, 99).Select(s => s / 100.0)], 0.001);

        Assert.Equal(levels.Order(), levels);
        Assert.InRange(levels[^1], 0.0002, 0.001);
    }

    [Theory]
    [InlineData(0.5, 0.4)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.0, 1.0)]
    [InlineData(0.5, 1.1)]
    public void Levels_SharesThatDoNotRise_AreRefused(double first, double second) =>
        Assert.Throws<ArgumentException>(() => new SequentialBounds([first, second], 0.05));

    private static double[] Levels(double[] shares, double alpha)
    {
        var bounds = new SequentialBounds(shares, alpha);
        return [.. shares.Select((_, look) => bounds.LevelAt(look))];
    }
}
