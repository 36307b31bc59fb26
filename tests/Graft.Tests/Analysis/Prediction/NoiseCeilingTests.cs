using Graft.Analysis.Prediction;

namespace Graft.Tests.Analysis.Prediction;

public sealed class NoiseCeilingTests
{
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(-1, -1.0)]
    public void Of_TwoSeeds_IsHowTheyAgree(int sign, double tau)
    {
        var cells = Enumerable.Range(1, 5).Select(i => Cells.Of(1, $"{i}", [i, sign * i])).ToList();

        Assert.Equal(new NoiseCeiling(tau, tau, SeedsInHalf: 1, Splits: 1), NoiseCeiling.Of(cells).Value);
    }

    [Theory]
    [InlineData(3, 1, 3)]
    [InlineData(4, 2, 3)]
    [InlineData(5, 2, 10)]
    [InlineData(12, 6, 100)]
    public void Of_SeveralSeeds_AveragesOverTheWaysToHalveThem(int seeds, int half, int splits)
    {
        var cells = Enumerable.Range(1, 6).Select(i => Cells.Of(i % 2, $"{i}", [.. Enumerable.Range(0, seeds).Select(s => i + (0.1 * s))])).ToList();

        Assert.Equal(new NoiseCeiling(1, 1, half, splits), NoiseCeiling.Of(cells).Value);
    }

    [Fact]
    public void Of_OneSeedOrNone_SaysWhy()
    {
        Assert.Equal("one seed has no halves", NoiseCeiling.Of([Cells.Of(1, "x", [1])]).Reason);
        Assert.Equal("nothing was tried", NoiseCeiling.Of([]).Reason);
        Assert.Equal("accuracy does not vary between cells", NoiseCeiling.Of([.. Enumerable.Range(1, 5).Select(i => Cells.Of(1, $"{i}", [1, 1]))]).Reason);
    }

    [Fact]
    public void Of_FewCellsHaveSeveralSeeds_IsNotGuessedFromThem() => Assert.Equal(
        "fewer than 5 cells have two seeds",
        NoiseCeiling.Of([.. Enumerable.Range(1, 9).Select(i => Cells.Of(1, $"{i}", i <= 4 ? [i, i] : [i]))]).Reason);

    [Fact]
    public void Of_UnequalNumbersOfSeeds_TakesAsManyAsEnoughCellsHave()
    {
        int[] seeds = [7, 7, 3, 3, 3, 3, 2, 2];
        var cells = seeds.Select((n, i) => Cells.Of(1, $"{i}", [.. Enumerable.Range(0, n).Select(s => i + (0.1 * s))])).ToList();

        Assert.Equal(new NoiseCeiling(1, 1, SeedsInHalf: 1, Splits: 3), NoiseCeiling.Of(cells).Value);
    }
}
