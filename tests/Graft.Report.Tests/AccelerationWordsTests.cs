using Graft.Selection;

namespace Graft.Report.Tests;

public sealed class AccelerationWordsTests
{
    [Theory]
    [InlineData(
        0, 0.07, 0.86, 0.78,
        "Fitted on all of them, the number of changes is all that counts, and scores weigh nothing beside it: that number puts them into order with tau 0.86, the sum of scores alone with 0.78."
    )]
    [InlineData(
        0.6, 0.07, 0.75, 0.78,
        "Weighing the number of changes beside the scores does not put them into better order: with tau 0.75, the sum of scores alone with 0.78."
    )]
    [InlineData(
        0.6, 0.07, 0.86, 0.78,
        "Fitted on all of them: divergence = 0.60 x sum of scores + 0.0700 x number of changes; it puts them into order with tau 0.86, the sum of scores alone with 0.78."
    )]
    public void Of_ScoreModel_SaysWhatTheNumbersSay(double scale, double perChange, double tau, double sumTau, string expected) =>
        Assert.Equal(
            $"{expected} Here one operation for a run of positions is one change; by changed positions, each of them counts.",
            AccelerationWords.Of(new ScoreModel(scale, perChange, 1, tau, sumTau)));

    [Theory]
    [InlineData("kl-divergence", "KL divergence to the teacher's answers")]
    [InlineData("feature-error", "KL divergence to the teacher's answers")]
    [InlineData("loss", "loss")]
    public async Task Measured_IsSaidWherePredictionsAreHeldAgainstIt(string score, string expected)
    {
        var result = AccelerationReportTests.Acceleration() with { Score = score };

        Assert.Equal(expected, AccelerationWords.Measured(result));
        Assert.Contains(
            $"by what was measured of them before any training, their {expected}:",
            HtmlPage.Parse(await AccelerationReport.RenderAsync(result)).Root!.Value,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AgainstTeacher_OwnChoiceExported_IsOfThat() => Assert.Equal(
        "'accelerated' (exported, Graft's own choice) takes 0.231 ms where the teacher takes 0.507 ms, and is right for 77.05 % of the test images where the teacher is for 80.80 %.",
        AccelerationWords.AgainstTeacher(AccelerationReportTests.Acceleration()));

    [Fact]
    public void AgainstTeacher_AnotherExported_IsOfThatAndThenOfGraftsOwn() => Assert.Equal(
        "'single positions' (exported) takes 0.229 ms where the teacher takes 0.507 ms, and is right for 53.25 % of the test images where the teacher is for 80.80 %. Graft's own choice, 'accelerated', takes 0.231 ms and is right for 77.05 %.",
        AccelerationWords.AgainstTeacher(AccelerationReportTests.Acceleration() with { Exported = "single positions" }));

    [Fact]
    public void Shown_AnotherExported_IsThatAndGraftsOwn() =>
        Assert.Equal(
            ["single positions", "accelerated"],
            AccelerationWords.Shown(AccelerationReportTests.Acceleration() with { Exported = "single positions" }).Select(n => n.Name)
        );

    [Fact]
    public void Shown_NetworkWithoutPositionsExported_IsGraftsOwn()
    {
        var result = AccelerationReportTests.Acceleration();
        var smaller = result.Networks[1] with { Name = "wrn-10-1", Operations = [], Places = [] };

        var shown = AccelerationWords.Shown(result with { Networks = [.. result.Networks, smaller], Exported = "wrn-10-1" });

        Assert.Equal(["accelerated"], shown.Select(n => n.Name));
    }

    [Fact]
    public void LatencyError_Disturbed_SaysHowManyAreLeftOut()
    {
        var result = AccelerationReportTests.Acceleration();
        var undisturbed = result.Front[0] with { LatencyMs = new(1, 0.99, 1.01, 9), PredictedMs = 1.041 };
        var disturbed = result.Front[0] with { LatencyMs = new(1.849, 0.440, 2.649, 9), PredictedMs = 0.231, Operations = ["x"] };

        string words = AccelerationWords.LatencyError(result with { LatencyError = 0.2, Solutions = [undisturbed], Random = [], Front = [disturbed] })!;

        Assert.StartsWith("Predicted against measured latency: 4.1 % apart on average (without 1 architecture that other programs disturbed); ", words);
        Assert.StartsWith(
            "Predicted against measured latency: other programs disturbed all of them; ",
            AccelerationWords.LatencyError(result with { LatencyError = 0.2, Solutions = [], Random = [], Front = [disturbed] }));
        Assert.DoesNotContain("times what they take by themselves", words, StringComparison.Ordinal);
        Assert.Null(AccelerationWords.LatencyError(result with { LatencyError = null, Solutions = [], Random = [], Front = [] }));
    }

    [Fact]
    public void LatencyError_OperationsScaled_SaysByHowMuch()
    {
        var result = AccelerationReportTests.Acceleration() with { OperationFactor = 0.874 };

        Assert.EndsWith(
            " In a network operations take 0.87 times what they take by themselves, by teacher and smallest network: predictions have that.",
            AccelerationWords.LatencyError(result));
        Assert.DoesNotContain(
            "times what they take by themselves", AccelerationWords.LatencyError(result with { OperationFactor = 0.998 }), StringComparison.Ordinal);
    }
}
