using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Jobs.Studies;

namespace Graft.Report.Tests;

public sealed class VerdictsTests
{
    [Theory]
    [InlineData(0.0004, "<0.001", "p < 0.001")]
    [InlineData(0.0421, "0.042", "p = 0.042")]
    [InlineData(null, "–", "p = –")]
    public void PValue_InATableAndInASentence_IsRoundedAlike(double? p, string inTable, string inSentence)
    {
        Assert.Equal(inTable, Verdicts.PValue(p));
        Assert.Equal(inSentence, Verdicts.PValueInWords(p));
    }

    [Fact]
    public void Name_OfACellWhoseSeedsWereAdded_IsThatOfItsVerdictUnlessThereCanBeNone()
    {
        var cell = new SequentialCell { Position = 1, Operation = "identity", Epochs = 1, Verdict = VerdictKind.Equivalent, Seeds = 2 };

        Assert.Equal("equivalent", Verdicts.Name(cell));
        Assert.Equal("not computable", Verdicts.Name(cell with { Reason = "no seed has a finished trial of both" }));
    }

    [Theory]
    [InlineData(1, 1, "One", "There is one seed: verdicts marked “images” compare", "other test images (there is one seed")]
    [InlineData(3, 1, "Mixed", "Verdicts marked “images”, of cells with one seed, compare", "other seeds and other test images (of cells with one seed")]
    [InlineData(3, 3, "Several", "Verdicts hold for other seeds and other test images", "other seeds and other test images")]
    public void Basis_SomeCellsHaveOneSeed_SaysWhich(int first, int second, string expected, string basis, string intervals)
    {
        var study = new AnalysedStudy
        {
            Cells = [Cell(1, "teacher", seeds: 3), Cell(1, "identity", first), Cell(2, "identity", second)],
            PositionCount = 2,
            Parameters = 1000,
            MultiplyAccumulates = 10_000,
        };
        var analysis = StudyAnalysis.Of(study, new());

        Assert.Equal(expected, $"{Verdicts.SeedsOf(analysis)}");
        Assert.Contains(basis, Verdicts.Basis(analysis), StringComparison.Ordinal);
        Assert.StartsWith(intervals, Verdicts.IntervalsFor(Verdicts.SeedsOf(analysis)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, -0.2, true)]
    [InlineData(0.2, 1, true)]
    [InlineData(-0.999, 0.999, false)]
    public void CutIntervals_OneEndsAtWhatIsPossible_SaysSo(double lower, double upper, bool isCut) => Assert.Equal(
        isCut ? "Intervals that end at −100 or +100 points are cut there: they reach beyond what accuracies can differ by." : null,
        Verdicts.CutIntervals([null, new((lower + upper) / 2, lower, upper), new(0, -0.1, 0.1)]));

    [Fact]
    public void CutIntervals_OfDifferencesOfDifferences_ReachTwiceAsFar()
    {
        Assert.Null(Verdicts.CutIntervals([new(0.2, -1.2, 1.6)], most: 2));
        Assert.StartsWith("Intervals that end at −200 or +200 points are cut there", Verdicts.CutIntervals([new(0.2, -1.6, 2)], most: 2));
    }

    [Theory]
    [InlineData(0.0001, 2000, "A margin of 0.01 points is less than one of 2,000 test images (0.05 points): nothing can be equivalent within it.")]
    [InlineData(0.005, 24, "A margin of 0.5 points is less than one of 24 test images (4.167 points): nothing can be equivalent within it.")]
    [InlineData(0.0001, 10_000, null)]
    [InlineData(0.005, 200, null)]
    [InlineData(0.0001, null, null)]
    public void TooFineMargin_LessThanOneImage_SaysSo(double margin, int? images, string? expected) =>
        Assert.Equal(expected, Verdicts.TooFineMargin(margin, images));

    // Holm's correction is over the tests that there are.
    [Fact]
    public void Family_CellsWithoutATest_AreNotCorrectedFor()
    {
        var analysis = SyntheticStudy.WithAnalysis(SyntheticStudy.Published()).Analysis!;
        int all = analysis.Cells.Count;
        var open = analysis.Cells[0] with { ToTeacher = analysis.Cells[0].ToTeacher with { CorrectedPValue = null } };

        Assert.Equal($"all {all} cells", Verdicts.Family(analysis));
        Assert.Equal($"the {all - 1} cells of {all} that can be tested", Verdicts.Family(analysis with { Cells = [open, .. analysis.Cells.Skip(1)] }));
    }

    [Fact]
    public void Basis_MarginOfLessThanOneImage_SaysSo()
    {
        var analysis = SyntheticStudy.WithAnalysis(SyntheticStudy.Published()).Analysis!; // of 400 images

        Assert.DoesNotContain("A margin of", Verdicts.Basis(analysis), StringComparison.Ordinal);
        Assert.Contains(
            "A margin of 0.01 points is less than one of 400 test images (0.25 points): nothing can be equivalent within it.",
            Verdicts.Basis(analysis with { Margin = 0.0001 }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void OtherMargins_SameTrialsJudgedOtherwise_NamesTheStudiesAndWhatFollows()
    {
        const string Follows = "the same trials by another margin, first look or limit of seeds: that is another look at the same data. "
            + "Error rates hold for what was chosen before looking.";
        StudyResult study = SyntheticStudy.Published();

        Assert.Null(Verdicts.OtherMargins(study));
        Assert.Equal(
            $"Study 0123456789ab (±1 points, looks from 3 to 10 seeds) of this workspace judges {Follows}",
            Verdicts.OtherMargins(study with { OtherMargins = [new("0123456789ab", 0.01, 3, 10)] }));
        Assert.Equal(
            "Studies 0123456789ab (±1 points, looks from 3 to 10 seeds) and ba9876543210 (±0.25 points, looks from 2 to 5 seeds) of this workspace judge "
                + Follows,
            Verdicts.OtherMargins(study with { OtherMargins = [new("0123456789ab", 0.01, 3, 10), new("ba9876543210", 0.0025, 2, 5)] }));
    }

    [Fact]
    public void Ranks_AnAgreement_HasTheMinusSignThatIsAskedFor()
    {
        var agreement = new RankAgreement(-0.25, -0.5, 0.1, Count: 9);

        Assert.Equal("−0.25 (−0.50 to 0.10)", RankWords.Of(agreement));
        Assert.Equal("-0.25 (-0.50 to 0.10)", RankWords.Of(agreement, '-'));
        Assert.Equal("–", RankWords.Of(agreement with { KendallTau = double.NaN })[..1]);
        Assert.Equal("–", RankWords.Of((RankAgreement?)null));
    }

    private static AnalysedCell Cell(int position, string operation, int seeds)
    {
        int[] labels = new int[40];
        List<TrialOutcome> outcomes =
        [
            .. Enumerable.Range(1, seeds).Select(seed => new TrialOutcome(
                seed, TestOutcome.FromPredictions([.. labels.Select((_, image) => (image + position) % (seed + operation.Length) == 0 ? 1 : 0)], labels))),
        ];
        return new()
        {
            Position = position,
            Path = "",
            Operation = operation,
            Epochs = 1,
            Parameters = 1000,
            MultiplyAccumulates = 10_000,
            Accuracies = [.. outcomes.Select(o => (double)o.Outcome.CorrectCount / o.Outcome.Count)],
            Outcomes = outcomes,
        };
    }
}
