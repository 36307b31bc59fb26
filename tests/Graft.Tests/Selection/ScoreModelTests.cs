using Graft.Analysis;
using Graft.Selection;

namespace Graft.Tests.Selection;

public class ScoreModelTests
{
    [Fact]
    public void Fit_LossesOfTheModel_FindsIt()
    {
        var model = ScoreModel.Fit(Architectures(scores => 2 * scores.Sum() + 0.05 * scores.Count))!;

        Assert.Equal((2.0, 0.05, 1.0), (Math.Round(model.Scale, 6), Math.Round(model.PerChange, 6), model.Power));
        Assert.Equal(1, model.Tau, 1e-9);
        Assert.InRange(model.SumTau, 0.3, 0.95);
    }

    [Fact]
    public void Fit_SquareRootsThatAddUp_FindsThePower()
    {
        var model = ScoreModel.Fit(Architectures(scores => Math.Pow(1.5 * scores.Sum(Math.Sqrt) + 0.1 * scores.Count, 2)))!;

        Assert.Equal((1.5, 0.1, 0.5), (Math.Round(model.Scale, 6), Math.Round(model.PerChange, 6), model.Power));
        Assert.Equal(Math.Pow(1.5 * (0.2 + 0.3) + 0.2, 2), model.Predict([0.04, 0.09]), 1e-9);
    }

    [Fact]
    public void Fit_MereNumberOfChanges_LeavesTheScoresOut()
    {
        var model = ScoreModel.Fit(Architectures(scores => 0.3 * scores.Count))!;

        Assert.Equal(0, model.Scale, 1e-9);
        Assert.Equal(0.3, model.Predict([5.0]), 1e-9);
    }

    [Fact]
    public void Fit_ChangesThatHelpEachOther_HasNoNegativeCost()
    {
        var model = ScoreModel.Fit(Architectures(scores => Math.Max(0.01, scores.Sum() - 0.02 * scores.Count)))!;

        Assert.Equal(0, model.PerChange);
        Assert.True(model.Scale > 0);
    }

    // The unchanged architecture has no place in the fit, but in the order, as in that by scores alone.
    [Fact]
    public void Fit_OneWithoutChanges_CountsInTheOrderAlone()
    {
        var changed = Architectures(scores => 2 * scores.Sum() + 0.05 * scores.Count);
        List<(IReadOnlyList<double> Scores, double Loss)> all = [.. changed, ([], 0)];

        var (without, with) = (ScoreModel.Fit(changed)!, ScoreModel.Fit(all)!);

        Assert.Equal((without.Scale, without.PerChange), (with.Scale, with.PerChange));
        Assert.Equal(KendallRank.TauB([[.. all.Select(a => (a.Scores.Sum(), a.Loss))]])!.Value, with.SumTau, 1e-12);
        Assert.NotEqual(without.SumTau, with.SumTau);
    }

    [Fact]
    public void Fit_TooFewOrEqual_IsNull()
    {
        Assert.Null(ScoreModel.Fit([.. Architectures(scores => scores.Sum()).Take(4)]));
        Assert.Null(ScoreModel.Fit([.. Enumerable.Repeat(((IReadOnlyList<double>)[0.1, 0.2], 0.5), 10)]));
    }

    // Up to twelve changes of scores between 0.001 and 0.1.
    private static List<(IReadOnlyList<double> Scores, double Loss)> Architectures(Func<IReadOnlyList<double>, double> loss)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable
                .Range(0, 60)
                .Select(_ => (IReadOnlyList<double>)[.. Enumerable.Range(0, random.Next(1, 13)).Select(_ => Math.Pow(10, -1 - 2 * random.NextDouble()))])
                .Select(scores => (scores, loss(scores))),
        ];
    }
}
