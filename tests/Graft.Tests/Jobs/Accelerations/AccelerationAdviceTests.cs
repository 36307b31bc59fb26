using Graft.Analysis;
using Graft.Jobs.Accelerations;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class AccelerationAdviceTests
{
    private const int TestImages = 2000;

    private static readonly AccelerationCircumstances Circumstances =
        new() { BudgetMs = 1.1, Epochs = 30, TestImages = TestImages, Classes = 10, Chance = 0.1 };

    [Fact]
    public void Of_SmallerNetworkIsFasterAndMoreAccurate_AdvisesIt()
    {
        var advice = Advise(
            Network("teacher", 0.86, 2.2),
            Network("accelerated", 0.80, 1.091),
            Network("wrn-10-1", 0.8444, 0.594),
            Network("budget 0.7", 0.85, 1.5)
        )!;

        Assert.Equal("wrn-10-1", advice.Best);
        Assert.False(advice.IsOwnChoice);
        Assert.Equal(["wrn-10-1", "budget 0.7", "teacher"], advice.Front);
        Assert.Equal(
            "Best within 1.100 ms: 'wrn-10-1', 84.44 % in 0.594 ms. Graft's own choice is 4.44 points below it: 'accelerated', 80.00 % in 1.091 ms.",
            advice.Headline
        );
    }

    [Fact]
    public void Of_SmallDifference_SaysThatItMayBeChance() =>
        Assert.Contains(
            "0.50 points below it (not told apart on these test images: it may be chance)",
            Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.80, 1), Network("random 1", 0.805, 1))!.Headline,
            StringComparison.Ordinal
        );

    [Fact]
    public void Of_OwnChoiceIsBest_SaysSo()
    {
        var advice = Advise(
            Network("teacher", 0.86, 2.2),
            Network("accelerated", 0.85, 1.0),
            Network("random 1", 0.80, 0.9),
            Network("budget 0.7", 0.86, 1.2)
        )!;

        Assert.True(advice.IsOwnChoice);
        Assert.Equal("Best within 1.100 ms: 'accelerated', 85.00 % in 1.000 ms, Graft's own choice.", advice.Headline);
        Assert.Empty(advice.Remarks);
    }

    [Fact]
    public void Of_OwnChoiceIsBestByLittle_NamesThoseWhoseIntervalsOverlap() =>
        Assert.Equal(
            "Best within 1.100 ms: 'accelerated', 85.00 % in 1.000 ms, Graft's own choice "
                + "(not told apart from 'random 1' and 'random 2' on these test images: which is better may be chance).",
            Advise(
                Network("teacher", 0.86, 2.2), Network("accelerated", 0.85, 1.0), Network("random 2", 0.844, 0.9), Network("random 1", 0.845, 0.9))!.Headline
        );

    [Theory]
    [InlineData(2, 22, "Graft's own choice.")] // intervals overlap, and yet only 2 of 24 images speak for the other
    [InlineData(9, 15, "Graft's own choice (not told apart from 'random 1' on these test images: which is better may be chance).")]
    public void Of_AnswersOnTheSameImagesAreKnown_TheyTellNetworksApart(int won, int lost, string expected)
    {
        var comparison = Compare(won, lost, images: 1000);
        var random = Network("random 1", 0.845, 0.9) with { ToAccelerated = comparison };

        Assert.Equal((won, lost), (comparison.Test.Won, comparison.Test.Lost));
        Assert.EndsWith(expected, Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.85, 1.0), random)!.Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SeveralNetworks_CorrectsForTheirNumber()
    {
        var own = Answers(Enumerable.Repeat(true, 100));
        var few = Answers(Enumerable.Range(0, 100).Select(i => i >= 6)); // p = 2/64

        var comparisons = NetworkComparison.Of(own, [few, null, few, own]);

        Assert.Equal([2 / 64.0, 2 / 64.0, 1], comparisons.OfType<NetworkComparison>().Select(c => c.Test.PValue), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([6 / 64.0, 6 / 64.0, 1], comparisons.OfType<NetworkComparison>().Select(c => c.CorrectedPValue), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Null(comparisons[1]);
    }

    [Fact]
    public void Remarks_LatencyThatReachesAboveTheBudget_SayIt()
    {
        var own = Network("accelerated", 0.85, 1.0) with { LatencyMs = new(1.0, 0.95, 1.2, 41) };

        Assert.Equal(
            ["'accelerated' may be above the budget: its latency lies anywhere from 0.950 to 1.200 ms. To be surer measure again on a quiet machine."],
            Advise(Network("teacher", 0.90, 2.2), own)!.Remarks
        );
    }

    [Fact]
    public void Of_NothingWithinTheBudget_NamesTheFastest()
    {
        var advice = Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.85, 1.2))!;

        Assert.Null(advice.Best);
        Assert.Equal("No network is within 1.100 ms as measured; the fastest is 'accelerated', 85.00 % in 1.200 ms.", advice.Headline);
    }

    [Fact]
    public void Of_TeacherWithinTheBudget_IsNotWhatIsAdvised() =>
        Assert.Equal("accelerated", Advise(Network("teacher", 0.86, 1.0), Network("accelerated", 0.85, 0.9))!.Best);

    [Fact]
    public void Of_NotFineTunedYet_IsNull() => Assert.Null(Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.8, 1) with { Accuracy = null }));

    [Fact]
    public void Remarks_FineTuningThatHarms_SaysSo() => Assert.StartsWith(
        "Fine-tuning for 1 epoch lowered the accuracy of 'accelerated' from 84.00 to 80.00 %",
        Assert.Single(Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.80, 1.0) with { AccuracyBefore = 0.84 }, epochs: 1).Remarks),
        StringComparison.Ordinal);

    [Fact]
    public void Remarks_UncertainLatencies_ComeFirst()
    {
        var teacher = Network("teacher", 0.86, 5.85) with { LatencyMs = new(5.85, 1.193, 13.288, 9) };

        var advice = AccelerationAdvice.Of(
            [teacher, Network("accelerated", 0.85, 0.632)], Circumstances with { BudgetMs = 2.925, LatencyDrift = 4.15 })!;

        Assert.Collection(
            advice.Remarks,
            remark => Assert.StartsWith("Latencies are not to be relied on: the teacher's median lies anywhere from 1.193 to 13.288 ms", remark),
            remark => Assert.StartsWith("The machine was not equally fast all the time: when whole networks were measured, the teacher took 4.15 times", remark)
        );
        Assert.EndsWith("Graft's own choice. These latencies are not to be relied on.", advice.Headline);
        Assert.All(advice.Remarks, remark => Assert.EndsWith("measure again on a quiet machine.", remark));
        Assert.Equal([new(Setting.LatenciesAgain)], advice.Remedies);
    }

    [Fact]
    public void Remarks_LatenciesThatDoNotAddUp_SaysSo()
    {
        var own = Network("accelerated", 0.85, 0.474) with { PredictedMs = 0.609 };

        var advice = AccelerationAdvice.Of([Network("teacher", 0.86, 1.863), own], Circumstances with { BudgetMs = 0.615, LatencyError = 0.358 })!;

        Assert.Equal(
            "Latencies of operations, by which selection went, do not add up to those of whole networks: predictions are 36 % off on average; 'accelerated' takes 0.474 ms, 0.609 were predicted. What was selected may be chance: measure again on a quiet machine.",
            Assert.Single(advice.Remarks));
        Assert.Equal([new(Setting.LatenciesAgain)], advice.Remedies);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.15)]
    public void Remarks_LatenciesThatAddUp_AreNone(double? error) => Assert.Empty(AccelerationAdvice.Of(
        [Network("teacher", 0.86, 1.863), Network("accelerated", 0.85, 0.6)], Circumstances with { BudgetMs = 0.615, LatencyError = error })!.Remarks);

    [Fact]
    public void Remarks_FineTuningTakenBack_NamesTheNetwork() => Assert.Equal(
        "Fine-tuning for 2 epochs made 'accelerated' worse on held-out images, so it is as it was before: give more epochs or a lower learning rate (fineTuning.learningRate).",
        Assert.Single(Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.80, 1.0) with { KeptWhatItWasGiven = true }, epochs: 2).Remarks));

    [Fact]
    public void Of_NetworkWithSeveralNames_CountsOnceAndSaysSo()
    {
        var own = Network("accelerated", 0.85, 1.0) with { Weights = "weights/a" };

        var advice = Advise(
            Network("teacher", 0.86, 2.2),
            own,
            own with { Name = "single positions" },
            own with { Name = "greedy removal" },
            Network("random 1", 0.80, 0.9),
            Network("random 2", 0.75, 0.8) with { Weights = "weights/b" },
            Network("budget 0.5", 0.75, 0.8) with { Weights = "weights/b" }
        )!;

        Assert.Equal("Best within 1.100 ms: 'accelerated', 85.00 % in 1.000 ms, Graft's own choice.", advice.Headline);
        Assert.Equal(["random 2", "random 1", "accelerated", "teacher"], advice.Front);
        Assert.Equal(
            ["'single positions' and 'greedy removal' are the same network as 'accelerated'.", "'budget 0.5' is the same network as 'random 2'."],
            advice.Remarks
        );
    }

    // As good as the teacher, since it is the teacher: not a matter of chance.
    [Fact]
    public void Of_NothingWasChanged_SaysThatItIsTheTeacher()
    {
        var own = Network("accelerated", 0.86, 1.0) with { Operations = ["teacher", "teacher"], Places = [1, 2], KeptWhatItWasGiven = true };

        var advice = Advise(Network("teacher", 0.86, 1.05), own)!;

        Assert.Equal(
            "The teacher already meets 1.100 ms, as it takes 1.050 ms: nothing needs to change. "
                + "Best within 1.100 ms: 'accelerated' (the teacher, unchanged), 86.00 % in 1.000 ms, Graft's own choice.",
            advice.Headline
        );
        Assert.Equal(["'accelerated' is the teacher itself: nothing was changed, and on held-out images fine-tuning made it no better."], advice.Remarks);
        Assert.Empty(advice.Remedies);
    }

    [Fact]
    public void Of_OpponentIsTheTeacher_CallsItSo()
    {
        var opponent = Network("single positions", 0.86, 0.63) with { Operations = ["teacher"], Places = [1], KeptWhatItWasGiven = true };

        Assert.StartsWith(
            "The teacher already meets 1.100 ms, as it takes 0.630 ms: nothing needs to change. Best within 1.100 ms: 'single positions' (the teacher, unchanged), "
                + "86.00 % in 0.630 ms. Graft's own choice is 10.00 points below it: 'accelerated', 76.00 % in 0.600 ms.",
            Advise(Network("teacher", 0.86, 0.63), Network("accelerated", 0.76, 0.6), opponent)!.Headline,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Remarks_DisturbedLatenciesOfOperations_SayHowManyAndTheWorst()
    {
        var circumstances = Circumstances with
        {
            OperationLatencies = [new(0.1, 0.099, 0.101, 9), new(0.1, 0.08, 0.13, 41), new(0.1, 0.09, 1.48, 41), new(0.1, 0.09, 0.12, 41)],
        };

        var advice = AccelerationAdvice.Of([Network("teacher", 0.86, 2.2), Network("accelerated", 0.85, 1.0)], circumstances)!;

        Assert.Equal(
            "Latencies of 2 of 4 operations, by which selection went, are not to be relied on, as other programs ran: the worst is known to 695 % on either side, "
                + "the goal is 3 %. What was selected may be chance: measure again on a quiet machine.",
            Assert.Single(advice.Remarks));
        Assert.Equal([new(Setting.LatenciesAgain)], advice.Remedies);
    }

    [Fact]
    public void Remarks_FewEpochsAndAGap_AdvisesMore() => Assert.StartsWith(
        "Fine-tuning for 3 epochs leaves 'accelerated' 6.00 points below the teacher",
        Assert.Single(Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.80, 1.0), epochs: 3).Remarks),
        StringComparison.Ordinal);

    [Fact]
    public void Remarks_FewTestImagesAndChance_NamesBoth()
    {
        NetworkResult[] networks = [Network("teacher", 0.6, 2.2, 60), Network("accelerated", 0.3, 1.0, 60)];

        var remarks = AccelerationAdvice.Of(networks, Circumstances with { TestImages = 60, Classes = 4, Chance = 0.25 })!.Remarks;

        Assert.StartsWith("The accuracy of 'accelerated', 30.00 %, is not told from chance, which is 25.0 % (the most frequent class)", remarks[0]);
        Assert.StartsWith("60 test images are 15 a class: accuracies are known to 12.", remarks[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Remarks_TeacherAtFault_SaysSoFirst() => Assert.Equal(
        "The teacher gets 3.00 % of the test images right; guess why.",
        AccelerationAdvice.Of(
            [Network("teacher", 0.03, 2.2), Network("accelerated", 0.8, 1.0)],
            Circumstances with { TeacherFault = "the teacher gets 3.00 % of the test images right; guess why." })!.Remarks[0]);

    [Fact]
    public void Remarks_ClassesUnequallyFrequent_ChanceIsTheMostFrequent() => Assert.Contains(
        AccelerationAdvice.Of([Network("teacher", 0.9, 2.2), Network("accelerated", 0.9, 1.0)], Circumstances with { Chance = 0.9 })!.Remarks,
        remark => remark.StartsWith("The accuracy of 'accelerated', 90.00 %, is not told from chance, which is 90.0 %", StringComparison.Ordinal));

    [Fact]
    public void Remarks_LatencyOfAnotherNetworkUncertain_NamesIt()
    {
        var other = Network("greedy removal", 0.8, 0.308) with { LatencyMs = new(0.308, 0.292, 2.435, 9) };

        var advice = Advise(Network("teacher", 0.86, 2.2), Network("accelerated", 0.85, 1.0), other)!;

        Assert.StartsWith(
            "Latencies of 'greedy removal' (0.292 to 2.435 ms) are not to be relied on", Assert.Single(advice.Remarks), StringComparison.Ordinal);
        Assert.Equal([new(Setting.LatenciesAgain)], advice.Remedies);
    }

    private static AccelerationAdvice? Advise(params NetworkResult[] networks) =>
        AccelerationAdvice.Of(networks, Circumstances);

    private static AccelerationAdvice Advise(NetworkResult teacher, NetworkResult accelerated, int epochs) =>
        AccelerationAdvice.Of([teacher, accelerated], Circumstances with { Epochs = epochs })!;

    // The other alone gets the first images right, the own choice alone the next ones, both the rest.
    private static NetworkComparison Compare(int won, int lost, int images) => NetworkComparison.Of(
        own: Answers(Enumerable.Range(0, images).Select(i => i >= won)),
        others: [Answers(Enumerable.Range(0, images).Select(i => i < won || i >= won + lost))])[0]!;

    private static TestOutcome Answers(IEnumerable<bool> right)
    {
        int[] predicted = [.. right.Select(isRight => isRight ? 0 : 1)];
        return TestOutcome.FromPredictions(predicted, new int[predicted.Length]);
    }

    private static NetworkResult Network(string name, double accuracy, double ms, int images = TestImages) => new()
    {
        Name = name,
        Operations = [],
        Accuracy = accuracy,
        AccuracyInterval = ConfidenceInterval.OfProportion((int)Math.Round(accuracy * images), images),
        LatencyMs = new(ms, ms, ms, 9),
        Parameters = 1,
        MultiplyAccumulates = 1,
    };
}
