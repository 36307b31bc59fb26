namespace Graft.Report.Tests;

public sealed class LeftOutTests
{
    private const string Few = "4 cells are too few";
    private const string OneSeed = "one value a cell says nothing about how much cells vary; a second seed would";

    [Fact]
    public void Sentence_Nothing_IsNone() => Assert.Null(LeftOut.Sentence([], seeds: 1));

    [Fact]
    public void Sentence_SameReason_StandsOnce() => Assert.Equal(
        "Left out: parameters and noise ceiling (4 cells are too few); depth (it does not vary).",
        LeftOut.Sentence(
            [("parameters", Few), ("depth", "it does not vary"), ("noise ceiling", Few), ("parameters", Few)], seeds: 1));

    [Theory]
    [InlineData(1, OneSeed, " Run a second seed: --seeds 2.")]
    [InlineData(2, OneSeed, "")]
    [InlineData(1, "no seed has a finished trial of both", "")]
    public void Sentence_OneSeed_SaysHowToAddOneWhereThatHelps(int seeds, string reason, string remedy) =>
        Assert.Equal($"Left out: analysis of variance ({reason}).{remedy}", LeftOut.Sentence([("analysis of variance", reason)], seeds));
}
