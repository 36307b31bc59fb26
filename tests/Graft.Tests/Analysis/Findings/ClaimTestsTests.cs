using Graft.Analysis.Findings;

namespace Graft.Tests.Analysis.Findings;

public sealed class ClaimTestsTests
{
    [Fact]
    public void BothMatter_LargeMainEffects_Holds()
    {
        var study = Teacher().With(1, "identity", 0.80).With(1, "residual(w=2,k=3)", 0.85).With(3, "identity", 0.86).With(3, "residual(w=2,k=3)", 0.90);

        Assert.Equal(ClaimStatus.Holds, Claim(study, "a").Status);
    }

    [Fact]
    public void BothMatter_EverythingEquivalent_DoesNotHold() => Assert.Equal(
        ClaimStatus.DoesNotHold, Claim(Teacher().With(1, "identity", 0.9).With(3, "identity", 0.9001).With(1, "residual(w=2,k=3)", 0.9), "a").Status);

    [Fact]
    public void BothMatter_OnePosition_IsUndecidedAndSaysWhy()
    {
        var claim = Claim(Teacher().With(1, "identity", 0.8).With(1, "residual(w=2,k=3)", 0.85), "a");

        Assert.Equal(
            (
                ClaimStatus.Undecided,
                new ClaimEvidence.Missing("the analysis of variance is not computable: two rows and two columns are needed, and there are 1 and 2")
            ),
            (claim.Status, claim.Evidence)
        );
    }

    [Theory]
    [InlineData(0.88, 0.90, 0.9, ClaimStatus.Holds)] // apart at 1, alike at 3
    [InlineData(0.90, 0.90, 0.9, ClaimStatus.DoesNotHold)] // alike at 1 too
    [InlineData(0.88, 0.90, 0.8, ClaimStatus.DoesNotHold)] // apart at 3
    public void SimilarOperations_ByPosition(double narrowAtFirst, double wideAtFirst, double wideAtThird, ClaimStatus status)
    {
        var study = Teacher().With(1, "conv-stack(w=1,k=3)", narrowAtFirst).With(1, "conv-stack(w=2,k=3)", wideAtFirst)
            .With(3, "conv-stack(w=1,k=3)", 0.9).With(3, "conv-stack(w=2,k=3)", wideAtThird);

        Assert.Equal(status, Claim(study, "b").Status);
    }

    // "But at the first" was not looked at.
    [Fact]
    public void SimilarOperations_NoneAtTheFirst_CannotHold()
    {
        var study = Teacher().With(3, "conv-stack(w=1,k=3)", 0.9).With(3, "conv-stack(w=2,k=3)", 0.9);

        Assert.Equal(ClaimStatus.Undecided, Claim(study, "b").Status);
    }

    [Theory]
    [InlineData(0.86, 0.89, ClaimStatus.Holds)]
    [InlineData(0.86, 0.87, ClaimStatus.DoesNotHold)] // gains as much as the unchanged network
    [InlineData(0.86, 0.85, ClaimStatus.DoesNotHold)]
    public void LongerTraining_AtBothPositions_ByWhatIsWonBack(double shorter, double longer, ClaimStatus status)
    {
        var study = StudyAnalysisTests.Longer(shorter, longer).With(2, "identity", shorter).With(2, "identity", longer, epochs: 50);

        Assert.Equal(status, Claim(study, "c", margin: 0.01).Status);
    }

    // The claim is about the first position and the first that halves.
    [Theory]
    [InlineData(0.89, ClaimStatus.Undecided)]
    [InlineData(0.85, ClaimStatus.DoesNotHold)]
    public void LongerTraining_AtTheFirstPositionAlone_CannotHold(double longer, ClaimStatus status) =>
        Assert.Equal(status, Claim(StudyAnalysisTests.Longer(0.86, longer), "c", margin: 0.01).Status);

    [Fact]
    public void LongerTraining_AtTheLastPositionAlone_IsUndecided()
    {
        var claim = Claim(StudyAnalysisTests.Longer(0.86, 0.89, position: 3), "c");

        Assert.Equal((ClaimStatus.Undecided, new ClaimEvidence.Missing("neither position was tried")), (claim.Status, claim.Evidence));
    }

    [Theory]
    [InlineData(0.93, 0.90, ClaimStatus.Holds)]
    [InlineData(0.93, 0.93, ClaimStatus.DoesNotHold)] // without more parameters just as good
    [InlineData(0.87, 0.85, ClaimStatus.DoesNotHold)] // no better than the unchanged network
    public void LastPosition_ByParameters(double larger, double smaller, ClaimStatus status)
    {
        var study = Teacher().With(3, "conv-stack(w=2,k=3)", larger, parameters: 2000).With(3, "inverted-residual(e=6,k=3)", smaller, parameters: 900);

        Assert.Equal(status, Claim(study, "d").Status);
    }

    [Fact]
    public void AnyClaim_OneSeed_IsUndecided()
    {
        const string Reason = "one seed does not show how much training varies";
        var study = new MadeUpStudy()
            .With(1, "teacher", 0.9, seeds: 1)
            .With(3, "conv-stack(w=1,k=3)", 0.8, seeds: 1)
            .With(3, "conv-stack(w=2,k=3)", 0.95, seeds: 1, parameters: 2000);

        var last = Claim(study, "d");

        Assert.Equal(new ClaimFinding("b", ClaimStatus.Undecided, new ClaimEvidence.Missing(Reason)), Claim(study, "b"));
        Assert.Equal(ClaimStatus.Undecided, last.Status);
        Assert.Equal(Reason, Assert.IsType<ClaimEvidence.LastPosition>(last.Evidence).ToTeacher.Difference.Reason);
    }

    [Fact]
    public void AnyClaim_Controls_DoNotCount()
    {
        MadeUpStudy Candidates() =>
            Teacher()
                .With(1, "conv-stack(w=1,k=3)", 0.88)
                .With(1, "conv-stack(w=2,k=3)", 0.90)
                .With(3, "conv-stack(w=1,k=3)", 0.9)
                .With(3, "conv-stack(w=2,k=3)", 0.9, parameters: 2000);
        var controlled = Candidates()
            .With(1, "conv-stack(w=1,k=3)+frozen-rest", 0.3, control: true)
            .With(3, "conv-stack(w=2,k=3)+frozen-rest", 0.2, parameters: 2000, control: true);

        Assert.Equal(Candidates().Analyze().Claims.Select(c => c.Status), controlled.Analyze().Claims.Select(c => c.Status));
        Assert.Equal(Effects(Candidates()), Effects(controlled));
        Assert.Equal(VerdictKind.Worse, controlled.Analyze().Cells.Single(c => c.Operation == "conv-stack(w=1,k=3)+frozen-rest").ToTeacher.Verdict.Kind);
    }

    private static IReadOnlyList<ClaimEvidence.LengthEffects> Effects(MadeUpStudy study) =>
        Assert.IsType<ClaimEvidence.Effects>(Claim(study, "a").Evidence).OfLengths;

    private static MadeUpStudy Teacher() => new MadeUpStudy().With(1, "teacher", 0.9);

    private static ClaimFinding Claim(MadeUpStudy study, string id, double margin = 0.005) => study.Analyze(margin).Claims.Single(c => c.Id == id);
}
