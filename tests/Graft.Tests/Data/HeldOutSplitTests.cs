using Graft.Data;

namespace Graft.Tests.Data;

public sealed class HeldOutSplitTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 300).Select(i => i % 10 < 7 ? 0 : 1)]; // 210 of class 0, 90 of class 1

    [Fact]
    public void Create_Fraction_IsTakenOfEachClass()
    {
        var split = HeldOutSplit.Create(Labels, 0.1, seed: 1);

        Assert.Equal(21, split.HeldOut.Count(i => Labels[i] == 0));
        Assert.Equal(9, split.HeldOut.Count(i => Labels[i] == 1));
    }

    [Fact]
    public void Create_BothParts_AscendingAndTogetherEverything()
    {
        var split = HeldOutSplit.Create(Labels, 0.25, seed: 1);

        Assert.Equal(split.Train.Order(), split.Train);
        Assert.Equal(split.HeldOut.Order(), split.HeldOut);
        Assert.Equal(Enumerable.Range(0, 300), split.Train.Concat(split.HeldOut).Order());
    }

    [Fact]
    public void Create_Seed_DecidesWhichImages()
    {
        Assert.Equal(HeldOutSplit.Create(Labels, 0.1, 1).HeldOut, HeldOutSplit.Create(Labels, 0.1, 1).HeldOut);
        Assert.NotEqual(HeldOutSplit.Create(Labels, 0.1, 1).HeldOut, HeldOutSplit.Create(Labels, 0.1, 2).HeldOut);
    }

    [Fact]
    public void Create_FractionZero_HoldsOutNothing()
    {
        var split = HeldOutSplit.Create(Labels, 0, seed: 1);

        Assert.Empty(split.HeldOut);
        Assert.Equal(300, split.Train.Length);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Create_FractionOutOfRange_IsRefused(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HeldOutSplit.Create(Labels, fraction, 0));
}
