using Graft.Analysis;
using Graft.Analysis.Findings;

namespace Graft.Report.Tests;

public sealed class FindingWordsTests
{
    private static readonly DifferenceTest Test = new()
    {
        Difference = -0.0123,
        Pooled = new(1e-6, 20, 0),
        Own = new(1e-6, 2, 0),
        Basis = TestBasis.SeedsAndImages,
        Seeds = 3,
        Images = 10_000,
    };

    [Fact]
    public void Evidence_Different_NamesDifferenceIntervalAndCorrectedPValue() =>
        Assert.Equal(
            "−1.23 points, corrected interval −1.93 to −0.53 (p = 0.016; 3 seeds and 10,000 images)",
            FindingWords.Evidence(ComparisonFamily.Judge([Test], 0.005)[0])
        );

    [Fact]
    public void Evidence_Equivalent_NamesTheMargin() => Assert.Equal(
        "0.00 points, 90 % interval −0.29 to 0.29 within ±2 (corrected p = 0.003; 3 seeds and 10,000 images)",
        FindingWords.Evidence(ComparisonFamily.Judge([Test with { Difference = 0 }], 0.02)[0]).Replace("+0.29", "0.29", StringComparison.Ordinal));

    [Fact]
    public void Evidence_NotComputable_IsTheReason() =>
        Assert.Equal(
            "no seed has a finished trial of both",
            FindingWords.Evidence(ComparisonFamily.Judge([new NotComputable("no seed has a finished trial of both")], 0.005)[0])
        );

    [Fact]
    public void Evidence_OfClaims_AreSentences()
    {
        var comparison = ComparisonFamily.Judge([Test], 0.005)[0];
        var effect = new AnovaEffect(1, 2, 3, 0.0001, 0.5, 0.4);

        Assert.Equal("Neither position was tried.", Evidence("c", new ClaimEvidence.Missing("neither position was tried")));
        Assert.Equal("Every swap at every position stays within ±0.5 points of the unchanged network.", Evidence("a", new ClaimEvidence.NothingMatters(0.005)));
        Assert.Equal(
            "After 1 epoch, position: p < 0.001 (partial ω² 0.40), operation: p < 0.001 (partial ω² 0.40), interaction: p < 0.001 (partial ω² 0.40).",
            Evidence("a", new ClaimEvidence.Effects([new(1, effect, effect, effect)])));
        Assert.Equal(
            "Elsewhere, of 3 pairs of similar operations, 1 equivalent within ±0.5 points, 1 different, 1 undecided, the largest difference −1.00; at position 1 no pair was tried.",
            Evidence("b", new ClaimEvidence.Pairs(0.005, new(3, 1, 1, 1, -0.01), null))
        );
        Assert.StartsWith(
            "From 3 to 6 epochs the mean difference to the unchanged network changes, at 1: −1.23 points",
            Evidence("c", new ClaimEvidence.Changes(3, 6, [new(1, comparison)])),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "After 6 epochs, 2 candidates with more parameters against the unchanged network: −1.23 points",
            Evidence("d", new ClaimEvidence.LastPosition(6, 2, 1, comparison, comparison)),
            StringComparison.Ordinal
        );
        Assert.All(
            "abcd",
            id => Assert.EndsWith(".", FindingWords.Statement(new($"{id}", ClaimStatus.Holds, new ClaimEvidence.Missing("x"))), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void NotJudged_NamesEachClaimThatTheDataSayNothingOf_InOneSentence()
    {
        var comparison = ComparisonFamily.Judge([new NotComputable("one seed does not show how much training varies")], 0.005)[0];
        ClaimFinding[] claims =
        [
            new("a", ClaimStatus.DoesNotHold, new ClaimEvidence.NothingMatters(0.005)),
            new("b", ClaimStatus.Undecided, new ClaimEvidence.Missing("one seed does not show how much training varies")),
            new("c", ClaimStatus.Undecided, new ClaimEvidence.Missing("there is one training length, 3 epochs")),
            new("d", ClaimStatus.Undecided, new ClaimEvidence.LastPosition(3, 2, 1, comparison, comparison)),
        ];

        Assert.Equal(
            "Not judged here: (b) Similar operations end up equally good, except at the first position; "
                + "(d) Swaps at the last position improve the network, because the candidates have more parameters: one seed does not show how much training varies. "
                + "(c) Longer training shrinks the loss at the first position and at the first that halves the feature maps: there is one training length, 3 epochs.",
            FindingWords.NotJudged(claims));
        Assert.Null(FindingWords.NotJudged(claims.Take(1)));
    }

    [Fact]
    public void Sentence_OfEveryNextStep_SaysWhatToDo()
    {
        Assert.Equal(
            "Cheaper and not worse: identity at 3 (10 % fewer multiply-accumulates) and identity at 5 (2.5 % fewer multiply-accumulates). Swap several at once to see whether their savings add up.",
            FindingWords.Sentence(new NextStep.CombineSavings([new(3, "identity", 0.1), new(5, "identity", 0.025)])));
        Assert.Equal(
            "More seeds: 4 of 5 undecided cells can be decided, 2 of them with about 6 seeds (--seeds 6), all with about 11.",
            FindingWords.Sentence(new NextStep.MoreSeeds(5, 4, 6, 2, 11))
        );
        Assert.Equal(
            "More seeds: 1 of 3 undecided cells can be decided, with about 3 seeds (--seeds 3).",
            FindingWords.Sentence(new NextStep.MoreSeeds(3, 1, 3, 1, 3))
        );
        Assert.Equal(
            "More seeds: 2 of 2 undecided cells can be decided, all of them with about 3 seeds (--seeds 3).",
            FindingWords.Sentence(new NextStep.MoreSeeds(2, 2, 3, 2, 3))
        );
        Assert.Equal(
            "1 cell will not be decided within 100 seeds: test on more images. The margin of 0.5 points was to be chosen before looking.",
            FindingWords.Sentence(new NextStep.MoreImages(1, 100, 0.005))
        );
        Assert.Equal(
            "2 cells of 3 epochs will not be decided within 100 seeds, as training varies: the noise of all cells of a length counts for each, and 81 % of it is that of identity at 5. "
                + "A study without that may decide the others.",
            FindingWords.Sentence(new NextStep.LessNoise(2, 3, 100, 5, "identity", 0.812))
        );
        Assert.Equal(
            "1 cell of 1 epoch will not be decided within 100 seeds, as training varies: the noise of all cells of a length counts for each, and 99 % of it is that of "
                + "the unchanged network, with which each is compared.",
            FindingWords.Sentence(new NextStep.LessNoise(1, 1, 100, default, "teacher", 0.99))
        );
        Assert.Equal("Positions that have not been tried: 15 of 18 (--positions all).", FindingWords.Sentence(new NextStep.OtherPositions(15, 18)));
        Assert.Equal(
            "Train longer as well (--epochs 3,6): whether losses shrink with training shows with two lengths.",
            FindingWords.Sentence(new NextStep.LongerTraining(3))
        );
    }

    private static string Evidence(string id, ClaimEvidence evidence) => FindingWords.Evidence(new ClaimFinding(id, ClaimStatus.Undecided, evidence));
}
