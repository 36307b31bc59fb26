using Graft.Analysis;

namespace Graft.Tests.Analysis;

public sealed class OrderAgreementTests
{
    // Selected ones: the score is right, the number of changes reversed. Random ones: the other way round.
    private static readonly JudgedArchitecture[] Architectures =
    [
        .. Enumerable
            .Range(1, 6)
            .Select(i => new JudgedArchitecture(ArchitectureGroup.Random, Score: -i, ChangedPositions: i, Parameters: 100 - i, Loss: 10 + i, Accuracy: 0.1)),
        .. Enumerable
            .Range(1, 5)
            .Select(i => new JudgedArchitecture(
                ArchitectureGroup.Front,
                Score: i,
                ChangedPositions: 10 - i,
                Parameters: 100 + i,
                Loss: i,
                Accuracy: 1 - (0.1 * i)
            )),
    ];

    [Fact]
    public void Of_Groups_AreJudgedApartAndTogether()
    {
        var agreements = Of(Architectures);

        Assert.Equal([(ArchitectureGroup.Front, 5), (ArchitectureGroup.Random, 6), (null, 11)], agreements.Select(a => (a.Group, a.Count)));
        Assert.Equal((1, -1, -1), Taus(agreements[0]));
        Assert.Equal((-1, 1, 1), Taus(agreements[1]));
        Assert.Equal(2, agreements[0].OverChangedPositions!.KendallTau);
        Assert.Equal(
            new AccuracyRange(0.5, 0.7, 0.9),
            agreements[0].Accuracy,
            (a, b) => Math.Abs(a.Lowest - b.Lowest) + Math.Abs(a.Median - b.Median) + Math.Abs(a.Highest - b.Highest) < 1e-12
        );
        Assert.Equal(new AccuracyRange(0.1, 0.1, 0.1), agreements[1].Accuracy);
    }

    [Fact]
    public void Of_AllTogether_IsKendallsTau()
    {
        var all = Of(Architectures)[2];

        // 55 pairs: 10 within the front in order, 15 within the random ones reversed, and of 30 between all reversed (random ones are worse, and their scores
        // lower).
        Assert.Equal((10 - 15 - 30) / 55.0, all.Score!.KendallTau, 1e-12);
        Assert.InRange(all.OverParameters!.KendallTau, all.OverParameters.Lower, all.OverParameters.Upper);
    }

    [Fact]
    public void Of_TooFewOrConstant_HasNoTau()
    {
        var one = Assert.Single(Of([Architectures[0]]), a => a.Group is null);

        Assert.Null(one.Score);
        Assert.Null(one.OverParameters);
        Assert.Empty(Of([]));
        Assert.Null(Of([.. Architectures.Select(a => a with { Accuracy = null })])[0].Accuracy);
        Assert.Null(Of([.. Architectures.Select(a => a with { ChangedPositions = 6 })])[2].ChangedPositions);
    }

    private static IReadOnlyList<OrderAgreement> Of(IReadOnlyList<JudgedArchitecture> architectures) =>
        OrderAgreement.Of(architectures, architectures, seed: 1);

    private static (double?, double?, double?) Taus(OrderAgreement agreement) =>
        (agreement.Score?.KendallTau, agreement.ChangedPositions?.KendallTau, agreement.Parameters?.KendallTau);
}
