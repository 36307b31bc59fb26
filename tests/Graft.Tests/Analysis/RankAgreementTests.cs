using Graft.Analysis;

namespace Graft.Tests.Analysis;

public class RankAgreementTests
{
    [Fact]
    public void Of_SameAndOppositeOrder_IsOneAndMinusOne()
    {
        var same = Enumerable.Range(0, 20).Select(i => ((double)i, Math.Exp(i))).ToList();

        Assert.Equal(1, RankAgreement.Of(same, seed: 1)!.KendallTau);
        Assert.Equal(-1, RankAgreement.Of([.. same.Select(p => (p.Item1, -p.Item2))], seed: 1)!.KendallTau);
    }

    [Fact]
    public void Of_CaseWorkedByHand_IsTauB()
    {
        // Pairs: (1,2)<(2,3) +, (1,2)-(3,1) -, (1,2)-(3,4) +, (2,3)-(3,1) -, (2,3)-(3,4) +, a tie in x, and four + of (4,5): (7 - 2) / sqrt(9 * 10)
        var agreement = RankAgreement.Of([(1, 2), (2, 3), (3, 1), (3, 4), (4, 5)], seed: 1)!;

        Assert.Equal(5 / Math.Sqrt(90), agreement.KendallTau, 1e-12);
        Assert.InRange(agreement.KendallTau, agreement.Lower, agreement.Upper);
    }

    [Fact]
    public void Of_TooFewOrConstant_IsNull()
    {
        Assert.Null(RankAgreement.Of([(1, 1), (2, 2), (3, 3), (4, 4)], seed: 1));
        Assert.Null(RankAgreement.Of([(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)], seed: 1));
    }
}
