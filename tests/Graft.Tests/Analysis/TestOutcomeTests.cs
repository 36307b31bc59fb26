using CsCheck;
using Graft.Analysis;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Analysis;

public class TestOutcomeTests
{
    private static readonly Gen<(int[] Predicted, int[] Labels)> Runs =
        from classes in Gen.OneOf(Gen.Int[1, 256], Gen.Int[257, 65536])
        from answers in Gen.Select(Gen.Int[0, classes - 1], Gen.Int[0, classes - 1], Gen.Bool).Array[0, 70]
        select (answers.Select(a => a.Item1).ToArray(), answers.Select(a => a.Item3 ? a.Item1 : a.Item2).ToArray());

    [Fact]
    public void FromPredictions_AnyRun_AnswersAsTheRunDid() => Runs.ForAll(run =>
    {
        var outcome = TestOutcome.FromPredictions(run.Predicted, run.Labels);

        Assert.Equal(run.Predicted.Length, outcome.Count);
        Assert.Equal(run.Predicted, Enumerable.Range(0, outcome.Count).Select(outcome.PredictedClass));
        Assert.Equal(run.Predicted.Zip(run.Labels, (p, l) => p == l), Enumerable.Range(0, outcome.Count).Select(outcome.IsCorrect));
        Assert.Equal(run.Predicted.Zip(run.Labels).Count(x => x.First == x.Second), outcome.CorrectCount);
    });

    [Fact]
    public void FromBlobs_OfAnyRun_IsEqual() => Runs.ForAll(run =>
    {
        var outcome = TestOutcome.FromPredictions(run.Predicted, run.Labels);

        Assert.Equal(outcome, TestOutcome.FromBlobs(outcome.Count, outcome.CorrectBlob, outcome.PredictedBlob));
    });

    [Theory]
    [InlineData(255, 10)]
    [InlineData(256, 20)]
    public void PredictedBlob_HighestClass_DecidesTheWidth(int highest, int bytes)
    {
        var predicted = new int[10];
        predicted[3] = highest;

        Assert.Equal(bytes, TestOutcome.FromPredictions(predicted, new int[10]).PredictedBlob.Length);
    }

    [Fact]
    public void Equals_OneOtherAnswer_IsFalse() =>
        Assert.NotEqual(TestOutcome.FromPredictions([1, 2, 3], [1, 2, 3]), TestOutcome.FromPredictions([1, 2, 3], [1, 2, 4]));

    [Fact]
    public void FromPredictions_LengthsDiffer_Throws() => Assert.Throws<ArgumentException>(() => TestOutcome.FromPredictions([1, 2], [1]));

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void FromPredictions_ClassOutOfRange_Throws(int predicted) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TestOutcome.FromPredictions([predicted], [0]));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void IsCorrect_NoSuchImage_Throws(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TestOutcome.FromPredictions([1, 2, 3], [1, 2, 3]).IsCorrect(index));

    [Theory]
    [InlineData(3, 2, 3, 0)] // a byte of bits too many
    [InlineData(3, 1, 4, 0)] // neither one nor two bytes an image
    [InlineData(3, 1, 3, 0b1000)] // an answer for a fourth image
    public void FromBlobs_SizesDoNotFit_Throws(int count, int correctBytes, int predictedBytes, byte lastBits)
    {
        var correct = new byte[correctBytes];
        correct[^1] = lastBits;

        Assert.Throws<InvalidDataException>(() => TestOutcome.FromBlobs(count, correct, new byte[predictedBytes]));
    }
}
