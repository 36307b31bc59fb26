using System.Text.Json;
using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;

namespace Graft.Tests.Analysis.Findings;

public sealed class StudyAnalysisTests
{
    private static readonly MadeUpStudy Clear = new MadeUpStudy()
        .With(1, "teacher", 0.90).With(1, "identity", 0.86).With(1, "conv-stack(w=1,k=3)", 0.90).With(1, "conv-stack(w=2,k=3)", 0.93)
        .With(3, "identity", 0.90).With(3, "conv-stack(w=1,k=3)", 0.9001).With(3, "conv-stack(w=2,k=3)", 0.9, parameters: 900);

    [Fact]
    public void Cells_ClearDifferences_HaveTheVerdictsOfTheirAccuracies() => Assert.Equal(
        [VerdictKind.Worse, VerdictKind.Equivalent, VerdictKind.Better, VerdictKind.Equivalent, VerdictKind.Equivalent, VerdictKind.Equivalent],
        Clear.Analyze().Cells.Select(c => c.ToTeacher.Verdict.Kind));

    [Fact]
    public void Cells_NarrowMargin_AreUndecidedAndSayHowManySeedsWouldDecide()
    {
        var verdict = Clear.Analyze(margin: 0.002).Cells[1].ToTeacher.Verdict;

        Assert.Equal(VerdictKind.Undecided, verdict.Kind);
        Assert.True(verdict.SeedsToDecide!.Value?.Seeds > 5 || verdict.SeedsToDecide.Reason is not null);
    }

    [Fact]
    public void Cells_DifferenceWithinTheMarginThatIsNotZero_IsEquivalent()
    {
        var comparison = Clear.Analyze(margin: 0.1).Cells[0].ToTeacher;

        Assert.True(comparison.CorrectedPValue < 0.001);
        Assert.Equal(VerdictKind.Equivalent, comparison.Verdict.Kind);
    }

    [Fact]
    public void Cells_OneSeed_JudgeByImagesAndSaySo()
    {
        var cell = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 1).With(1, "identity", 0.8, seeds: 1).Analyze().Cells[0];

        Assert.Equal((VerdictKind.Worse, TestBasis.Images), (cell.ToTeacher.Verdict.Kind, cell.ToTeacher.Verdict.Basis));
        Assert.Equal((1, 4000), (cell.ToTeacher.Difference.Value!.Seeds, cell.ToTeacher.Difference.Value.Images));
        Assert.Equal("one seed says nothing about how much training varies", cell.OverSeeds.Reason);
        Assert.Equal("one seed says nothing about how much training varies", cell.Accuracy.Reason);
        Assert.True(cell.OverImages.Value!.PValue < 0.001);
    }

    [Fact]
    public void Cells_NoTeacher_SayWhatToAdd()
    {
        var analysis = new MadeUpStudy().With(1, "identity", 0.8).Analyze();

        Assert.Equal("the study has no 'teacher' trained on for 25 epochs to compare with", analysis.Cells[0].ToTeacher.Difference.Reason);
        Assert.Equal(VerdictKind.NotComputable, analysis.Cells[0].ToTeacher.Verdict.Kind);
        Assert.Equal(new NextStep.AddBaseline("teacher"), analysis.Next[0]);
    }

    [Fact]
    public void Cells_Unfinished_DoNotCountInTheCorrection()
    {
        var some = new MadeUpStudy().With(1, "teacher", 0.9).With(1, "identity", 0.89);
        double alone = some.Analyze().Cells[0].ToTeacher.CorrectedPValue!.Value;

        var analysis = some.WithPending(3, "identity").Analyze();

        Assert.Equal(alone, analysis.Cells[0].ToTeacher.CorrectedPValue!.Value, 1e-12);
        Assert.Equal("no trial of 'identity' has finished", analysis.Cells[1].ToTeacher.Difference.Reason);
    }

    [Fact]
    public void Pairs_AreNeighboursOfOneFamilyAtOnePosition()
    {
        var pairs = Clear.Analyze().Pairs;

        Assert.Equal([(1, VerdictKind.Better), (3, VerdictKind.Equivalent)], pairs.Select(p => (p.Position.First, p.Comparison.Verdict.Kind)));
        Assert.All(pairs, p => Assert.Equal(("conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)"), (p.First, p.Second)));
        Assert.InRange(pairs[1].Agreement.Value!.CorrectnessChurn, 0, 0.02);
    }

    [Fact]
    public void Lengths_MoreTraining_GivesGainAndWhatIsWonBack()
    {
        var length = Assert.Single(Longer(0.86, 0.89).Analyze().Lengths);

        Assert.Equal((1, 25, 50), (length.Position.First, length.From, length.To));
        Assert.Equal(0.03, length.Gain.Value!.Difference, 0.002);
        Assert.Equal(0.02, length.Recovery.Difference.Value!.Difference, 0.002); // the unchanged network gains 0.01
        Assert.Equal(VerdictKind.Better, length.Recovery.Verdict.Kind);
    }

    [Fact]
    public void Correlations_ScopesOfEachQuantity_AreComplete()
    {
        var correlations = Clear.Analyze().Correlations;

        Assert.Equal(["all", "within", "1", "3"], correlations.Where(c => c.Quantity == CostQuantity.Parameters).Select(c => c.Scope));
        Assert.Equal("one of the two quantities does not vary", correlations.First(c => c.Scope == "1").Correlation.Reason);
    }

    // (0.1 + 0.2 + 0.3) / 3 is not (0.3 + 0.2 + 0.1) / 3 to the last bit.
    [Fact]
    public void Correlations_AccuraciesAreEqualButForRounding_AreTies()
    {
        var made = new MadeUpStudy().With(1, "teacher", 0.9).With(1, "identity", 0.5, seeds: 3, parameters: 900)
            .With(1, "residual(w=1,k=3)", 0.5, seeds: 3, parameters: 1100).With(1, "residual(w=2,k=3)", 0.9, seeds: 3, parameters: 1000).Study;
        var study = made with
        {
            Cells = [made.Cells[0], made.Cells[1] with { Accuracies = [0.1, 0.2, 0.3] }, made.Cells[2] with { Accuracies = [0.3, 0.2, 0.1] }, made.Cells[3]],
        };

        var correlation = StudyAnalysis.Of(study, new()).Correlations.First(c => c.Scope == "all").Correlation.Value!;

        Assert.Equal(0, correlation.KendallTau);
        Assert.Equal(0, correlation.Spearman, 1e-12);
    }

    [Fact]
    public void Next_CheaperAndNotWorse_IsNamed() => Assert.Equal(
        new NextStep.Saving(3, "conv-stack(w=2,k=3)", 0.1), Assert.Single(Clear.Analyze().Next.OfType<NextStep.CombineSavings>()).Savings[0]);

    [Fact]
    public void Next_CheaperButWorseAtAnotherLength_IsNotNamed()
    {
        var study = new MadeUpStudy()
            .With(1, "teacher", 0.90).With(1, "teacher", 0.91, epochs: 50)
            .With(1, "identity", 0.90, parameters: 900).With(1, "identity", 0.86, epochs: 50, parameters: 900)
            .With(3, "identity", 0.90, parameters: 950).With(3, "identity", 0.91, epochs: 50, parameters: 950);
        var options = new AnalysisOptions();
        var sequential = SequentialJudgement.Of(study.Study, new() { MaxSeeds = 5 }, options);

        Assert.Equal(
            [VerdictKind.Equivalent, VerdictKind.Worse, VerdictKind.Equivalent, VerdictKind.Equivalent],
            study.Analyze().Cells.Select(c => c.ToTeacher.Verdict.Kind));
        Assert.All([study.Analyze(), StudyAnalysis.Of(study.Study, options, sequential)], analysis => Assert.Equal(
            [new NextStep.Saving(3, "identity", 0.05)],
            Assert.Single(analysis.Next.OfType<NextStep.CombineSavings>()).Savings));
    }

    [Fact]
    public void Next_SeedsAreAddedWhereVerdictsAreOpen_RestsOnTheirVerdictsAndAsksForNoSeeds()
    {
        var unclear = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.004)
            .With(1, "conv-stack(w=1,k=3)", 0.9, seeds: 3, parameters: 900, noise: 0.004);
        var options = new AnalysisOptions { Margin = 0.0001 };
        var open = SequentialJudgement.Of(unclear.Study, new() { MaxSeeds = 6 }, options);
        var decided = open with { Cells = [open.Cells[0] with { Verdict = VerdictKind.Equivalent }] };

        Assert.Contains(StudyAnalysis.Of(unclear.Study, options).Next, IsAboutSeeds);
        Assert.DoesNotContain(StudyAnalysis.Of(unclear.Study, options, open).Next, s => IsAboutSeeds(s) || s is NextStep.CombineSavings);
        Assert.Contains(StudyAnalysis.Of(unclear.Study, options, decided).Next, s => s is NextStep.CombineSavings);

        static bool IsAboutSeeds(NextStep step) => step is NextStep.MoreSeeds or NextStep.MoreImages or NextStep.LessNoise;
    }

    [Fact]
    public void Next_NoiseOfOneCellLeavesAnotherOpen_IsNamedAndNoImagesAreAskedFor()
    {
        var study = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.001)
            .With(1, "conv-stack(w=1,k=3)", 0.9, seeds: 3, noise: 0.001)
            .With(1, "identity", 0.6, seeds: 3, noise: 0.08);

        var next = StudyAnalysis.Of(study.Study, new() { Margin = 0.005 }).Next;

        var noise = Assert.Single(next.OfType<NextStep.LessNoise>());
        Assert.Equal((1, 25, new Place(1, 1), "identity"), (noise.Cells, noise.Epochs, noise.Position, noise.Operation));
        double[] squares = [.. study.Study.Cells.Select(c => TrainingNoise.SquaresOf(c.Accuracies))];
        Assert.Equal(squares[2] / squares.Sum(), noise.Share, 12);
        Assert.InRange(noise.Share, 0.99, 1);
        Assert.Equal(0, TrainingNoise.SquaresOf([0.5]));
        Assert.Equal(0.02, TrainingNoise.SquaresOf([0.4, 0.5, 0.6]), 12);
        Assert.DoesNotContain(next, step => step is NextStep.MoreImages);
    }

    [Fact]
    public void Next_NoiseOfTheUnchangedNetwork_IsNamedAsThat()
    {
        var study = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.08).With(1, "identity", 0.9, seeds: 3, noise: 0.001)
            .With(1, "teacher", 0.9, epochs: 50, seeds: 3, noise: 0.001).With(1, "identity", 0.9, epochs: 50, seeds: 3, noise: 0.08);

        var noise = StudyAnalysis.Of(study.Study, new() { Margin = 0.005 }).Next.OfType<NextStep.LessNoise>();

        Assert.Equal([(1, 25, default), (1, 50, new Place(1, 1))], noise.Select(n => (n.Cells, n.Epochs, n.Position)));
    }

    [Fact]
    public void Next_OneCellHasOneSeed_AsksForNoSecondSeed()
    {
        var study = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.004).With(1, "identity", 0.9, seeds: 3, noise: 0.004)
            .With(2, "identity", 0.9, seeds: 1);
        var alone = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 1).With(1, "identity", 0.9, seeds: 1);

        var next = StudyAnalysis.Of(study.Study, new() { Margin = 0.0001 }).Next;

        Assert.DoesNotContain(next, step => step is NextStep.SecondSeed);
        Assert.Contains(next, step => step is NextStep.MoreSeeds or NextStep.MoreImages or NextStep.LessNoise);
        Assert.Contains(alone.Analyze().Next, step => step is NextStep.SecondSeed);
    }

    [Fact]
    public void Of_NoCells_IsEmptyAndDoesNotThrow()
    {
        var analysis = new MadeUpStudy().Analyze();

        Assert.Empty(analysis.Cells);
        Assert.All(analysis.Claims, c => Assert.Equal(ClaimStatus.Undecided, c.Status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Json_AnyStudy_HasNumbersOrReasonsOnly(int seeds)
    {
        var analysis = new MadeUpStudy(images: 50)
            .With(1, "teacher", 0.9, seeds: seeds)
            .With(1, "identity", 0.8, seeds: seeds)
            .WithPending(2, "identity")
            .Analyze();

        string json = JsonSerializer.Serialize(analysis, JsonSerializerOptions.Web); // throws where a number is not finite, and where a finding has no name

        using var document = JsonDocument.Parse(json);
        var cell = document.RootElement.GetProperty("cells")[1];
        Assert.Equal(JsonValueKind.Null, cell.GetProperty("toTeacher").GetProperty("difference").GetProperty("value").ValueKind);
        Assert.Equal("no trial of 'identity' has finished", cell.GetProperty("toTeacher").GetProperty("difference").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.01)]
    [InlineData(0.51)]
    [InlineData(double.NaN)]
    public void Of_MarginOutOfRange_IsRefused(double margin) => Assert.Throws<ConfigurationException>(() => Clear.Analyze(margin));

    internal static MadeUpStudy Longer(double shortAccuracy, double longAccuracy, int position = 1) => new MadeUpStudy()
        .With(1, "teacher", 0.90).With(1, "teacher", 0.91, epochs: 50)
        .With(position, "identity", shortAccuracy).With(position, "identity", longAccuracy, epochs: 50);
}
