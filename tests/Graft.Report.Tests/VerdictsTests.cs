using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;

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

    [Fact]
    public void Ranks_AnAgreement_HasTheMinusSignThatIsAskedFor()
    {
        var agreement = new RankAgreement(-0.25, -0.5, 0.1, Count: 9);

        Assert.Equal("−0.25 (−0.50 to 0.10)", RankWords.Of(agreement));
        Assert.Equal("-0.25 (-0.50 to 0.10)", RankWords.Of(agreement, '-'));
        Assert.Equal("–", RankWords.Of(agreement with { KendallTau = double.NaN })[..1]);
        Assert.Equal("–", RankWords.Of((RankAgreement?)null));
    }
}
