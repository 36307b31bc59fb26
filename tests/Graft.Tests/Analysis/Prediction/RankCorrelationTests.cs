using Graft.Analysis.Prediction;

namespace Graft.Tests.Analysis.Prediction;

public sealed class RankCorrelationTests
{
    [Fact]
    public void Of_PerfectPredictor_IsOneWithAnIntervalUpToOne()
    {
        var cells = Enumerable.Range(1, 8).Select(i => Cells.Of(1, $"{i}", [i, i], ("a", 10 * i))).ToList();

        var rank = RankCorrelation.Of(cells, "a", withinPositions: true).Value!;

        Assert.Equal((1, 1, 8), (rank.Tau, rank.Upper, rank.Count));
        Assert.Equal(1, rank.Lower, tolerance: 1e-12);
    }

    // Within both positions more is worse, but the second position has more of all and is better.
    [Fact]
    public void Of_RelationThatTurnsWithinPositions_SeesBoth()
    {
        var cells = Enumerable.Range(1, 6).SelectMany(i => new[]
        {
            Cells.Of(1, $"{i}", [-i], ("a", i)), Cells.Of(2, $"{i}", [100 - i], ("a", 100 + i)),
        }).ToList();

        Assert.Equal(-1, RankCorrelation.Of(cells, "a", withinPositions: true).Value!.Tau);
        Assert.True(RankCorrelation.Of(cells, "a", withinPositions: false).Value!.Tau > 0);
    }

    [Fact]
    public void Of_Noise_HasAnIntervalAroundZeroAndIsTheSameAgain()
    {
        var cells = Cells.Linear(positions: 4, operations: 6, noise: 100);

        var rank = RankCorrelation.Of(cells, "a", withinPositions: true).Value!;

        Assert.True(rank.Lower < 0 && rank.Upper > 0, $"{rank}");
        Assert.InRange(rank.Tau, rank.Lower, rank.Upper);
        Assert.Equal(rank, RankCorrelation.Of(cells, "a", withinPositions: true).Value);
    }

    [Fact]
    public void Of_DegenerateCells_SaysWhy()
    {
        var two = new[] { Cells.Of(1, "x", [1], ("a", 1)), Cells.Of(1, "y", [2], ("a", 2)) };
        var constant = Enumerable.Range(1, 5).Select(i => Cells.Of(1, $"{i}", [i], ("a", 7))).ToList();
        var apart = Enumerable.Range(1, 5).Select(i => Cells.Of(i, "x", [i], ("a", i))).ToList();

        Assert.Equal("2 cells with a value are too few", RankCorrelation.Of(two, "a", withinPositions: true).Reason);
        Assert.Equal("it has no value", RankCorrelation.Of(two, "b", withinPositions: true).Reason);
        Assert.Equal("it, or the accuracy, does not vary", RankCorrelation.Of(constant, "a", withinPositions: false).Reason);
        Assert.Equal(
            "0 pairs of cells at one position are fewer than the 10 that an interval needs",
            RankCorrelation.Of(apart, "a", withinPositions: true).Reason
        );
    }
}
