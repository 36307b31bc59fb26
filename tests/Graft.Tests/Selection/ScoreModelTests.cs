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

    [Fact]
    public void Fit_TooFewOrEqual_IsNull()
    {
        Assert.Null(ScoreModel.Fit([.. Architectures(scores => scores.Sum()).Take(4)]));
        Assert.Null(ScoreModel.Fit([.. Enumerable.Repeat(((IReadOnlyList<double>)[0.1, 0.2], 0.5), 10)]));
    }

    [Fact]
    public void Apply_CostPerChange_PrefersOneLargeChangeToManySmall()
    {
        OperationChoice Own() => new("teacher", 0, new(1, 0, 0));
        var problem = new SelectionProblem
        {
            Positions = [[Own(), new("small", 0.1, new(0.5, 0, 0))], [Own(), new("small", 0.1, new(0.5, 0, 0)), new("large", 0.25, new(0, 0, 0))]],
            BudgetMs = 1,
        };
        var model = new ScoreModel(Scale: 1, PerChange: 0.2, Power: 1, Tau: 1, SumTau: 1);

        string Best(SelectionProblem p) =>
            string.Join(' ', ArchitectureSelector.Select(p, 1, cancellation: TestContext.Current.CancellationToken)[0].Choices.Select(c => c.Operation));

        Assert.Equal("small small", Best(problem));
        Assert.Equal("teacher large", Best(model.Apply(problem, c => c.Operation != "teacher")));
    }

    [Theory]
    [InlineData(1, "fast,good,slow-best")]
    [InlineData(2, "fast,good,slow-best,worse")] // 0.3 is not twice 0.2
    [InlineData(4, "fast,good,slow-best,worse,bad")]
    public void Survivors_Margin_DropsWhatOthersClearlyBeat(double margin, string expected)
    {
        IReadOnlyList<OperationChoice> choices =
        [
            new("fast", 0.9, new(0.1, 0, 0)), new("good", 0.2, new(0.5, 0, 0)), new("slow-best", 0.1, new(1, 0, 0)),
            new("worse", 0.3, new(0.6, 0, 0)), new("bad", 0.5, new(0.5, 0, 0)), new("hopeless", 5, new(0.5, 0, 0)),
        ];

        Assert.Equal(expected, string.Join(',', CandidateHalving.Survivors(choices, margin).Select(c => c.Operation)));
    }

    [Fact]
    public void Survivors_EqualChoices_KeepTheFirst() => Assert.Equal(
        ["a"], CandidateHalving.Survivors([new("a", 0.1, new(1, 0, 0)), new("b", 0.1, new(1, 0, 0))], margin: 1).Select(c => c.Operation));

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
