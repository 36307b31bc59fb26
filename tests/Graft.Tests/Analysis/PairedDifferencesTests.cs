using Graft.Analysis;

namespace Graft.Tests.Analysis;

public sealed class PairedDifferencesTests
{
    private static readonly int[] Labels = [0, 0, 0];

    [Fact]
    public void Between_CommonSeeds_ComparesImageByImage()
    {
        var differences = PairedDifferences.Between([Trial(3, 0, 1, 0), Trial(1, 0, 0, 0)], [Trial(1, 0, 1, 1), Trial(2, 0, 0, 0), Trial(3, 1, 0, 0)]).Value!;

        Assert.Equal([1, 3], differences.Seeds);
        Assert.Equal([0.0, 1, 1], differences[0].ToArray());
        Assert.Equal([1.0, -1, 0], differences[1].ToArray());
        Assert.Equal(1 / 3.0, differences.Mean, 1e-12);
        Assert.Equal([0.5, 0, 0.5], differences.ImageMeans());
    }

    [Fact]
    public void Between_NothingInCommon_IsNotComputable()
    {
        Assert.Equal("no seed has a finished trial of both", PairedDifferences.Between([Trial(1, 0)], [Trial(2, 0)]).Reason);
        Assert.Equal("no seed has a finished trial of both", PairedDifferences.Between([], []).Reason);
        Assert.Equal("the trials were not tested on the same images", PairedDifferences.Between([Trial(1, 0)], [Trial(1, 0, 0)]).Reason);
    }

    [Fact]
    public void MinusAndMeanOf_TakeCommonSeeds()
    {
        var first = PairedDifferences.FromValues([1, 0], [1, 1]);
        var second = PairedDifferences.FromValues([[0.0, -1]]);

        Assert.Equal([1.0, 1], first.Minus(second).Value![0].ToArray());
        Assert.Equal([0.5, -0.5], PairedDifferences.MeanOf([first, second]).Value![0].ToArray());
        Assert.Equal("there is nothing to average over", PairedDifferences.MeanOf([]).Reason);
        Assert.Equal("the trials were not tested on the same images", first.Minus(PairedDifferences.FromValues([[1.0]])).Reason);
    }

    [Fact]
    public void FromValues_Ragged_Throws() => Assert.Throws<ArgumentException>(() => PairedDifferences.FromValues([1, 2], [1]));

    private static TrialOutcome Trial(int seed, params int[] predicted) =>
        new(seed, TestOutcome.FromPredictions(predicted, Labels.AsSpan(0, predicted.Length)));
}
