using Graft.Analysis.Prediction;
using Graft.Measures;

namespace Graft.Tests.Analysis.Prediction;

public sealed class RidgeTests
{
    // x = (-1, 0, 1) has the standard deviation √(2/3), so zᵀz = 3 and the slope in x is 2 / (2/3) / (3 + λ) = 3 / (3 + λ).
    [Theory]
    [InlineData(3, 0.5)]
    [InlineData(1e-9, 1)]
    public void Fit_OneFeature_IsAsByHand(double penalty, double slope)
    {
        var fit = RidgeRegression.Fit([[-1, 7], [0, 7], [1, 7]], [9, 10, 11], penalty);

        Assert.Equal(10 + slope, fit.Predict([1, 7]), tolerance: 1e-8);
        Assert.Equal(10 - (3 * slope), fit.Predict([-3, 7]), tolerance: 1e-8);
        Assert.Equal(0, fit.Coefficients[1]); // the second is the same everywhere
        Assert.Equal(1.0 / 3, fit.Leverage([0, 7]), tolerance: 1e-8);
        Assert.Equal((1.0 / 3) + (1.5 / (3 + penalty)), fit.Leverage([1, 7]), tolerance: 1e-8);
    }

    // Of a feature that never varied nothing is known: it neither moves a prediction nor makes it certain that nothing is.
    [Fact]
    public void Leverage_ValueOfAConstantFeatureThatIsFarOff_CountsForNothing()
    {
        var fit = RidgeRegression.Fit([[-1, 7], [0, 7], [1, 7]], [9, 10, 11], penalty: 1);

        Assert.Equal(fit.Leverage([1, 7]), fit.Leverage([1, 7000]));
        Assert.Equal(fit.Predict([1, 7]), fit.Predict([1, 7000]));
    }

    // A run shares its blocks with the positions in it: these are not unseen beside it.
    [Fact]
    public void Create_RunsThatOverlap_AreLeftOutTogether()
    {
        var cells = Cells.Linear(positions: 4, operations: 3, noise: 0.01);
        List<Substitution> withRun = [.. cells, cells[0] with { Position = new(1, 2), Operation = "run", Differences = [9] }];

        var seen = RidgeModel.Create(cells, ["a", "b"]).Value!.LeftOut.Where(p => p.Position.First <= 2);
        var besideRun = RidgeModel.Create(withRun, ["a", "b"]).Value!.LeftOut.Where(p => p.Position.First <= 2 && p.Position.IsSingle);

        Assert.Equal(seen.Select(p => p.Predicted), besideRun.Select(p => p.Predicted));
    }

    [Fact]
    public void Create_LinearCells_PredictsPositionsThatItHasNotSeen()
    {
        var cells = Cells.Linear(positions: 5, operations: 6, noise: 0.001);

        var assessment = RidgeAssessment.Of(RidgeModel.Create(cells, ["a", "b", "missing"]).Value!);

        Assert.Equal(30, assessment.Predictions.Count);
        Assert.True(assessment.Rmse < 0.002, $"{assessment.Rmse}");
        Assert.True(assessment.RmseOfMean > 0.01);
        Assert.InRange(assessment.RSquared!.Value, 0.95, 1);
        Assert.InRange(assessment.TauWithin!.Value, 0.8, 1);
        Assert.Equal(["a", "b"], assessment.Coefficients.Keys);
    }

    [Fact]
    public void Create_PredictorsOfNothing_AreNoBetterThanTheMean()
    {
        var cells = Cells.Linear(positions: 6, operations: 6, noise: 10);

        var assessment = RidgeAssessment.Of(RidgeModel.Create(cells, ["a", "b"]).Value!);

        Assert.InRange(assessment.RSquared!.Value, -0.3, 0.2);
    }

    [Fact]
    public void Create_TooLittleToLearnFrom_SaysWhy()
    {
        var cells = Cells.Linear(positions: 1, operations: 6, noise: 0);

        Assert.Equal("one position cannot be left out: there is no other to learn from", RidgeModel.Create(cells, ["a"]).Reason);
        Assert.Equal("no substitution has both a result and predictors", RidgeModel.Create([], ["a"]).Reason);
        Assert.Equal("no predictor has a value in every cell and varies", RidgeModel.Create(Cells.Linear(2, 6, 0), ["c"]).Reason);
        Assert.Equal("with a position left out, fewer than three cells remain to learn from", RidgeModel.Create(Cells.Linear(2, 2, 0), ["a"]).Reason);
    }

    [Fact]
    public void Forecast_Untried_CoversTheTruthAndRanksIt()
    {
        var all = Cells.Linear(positions: 8, operations: 6, noise: 0.002);
        var tried = all.Where(c => c.Position.First <= 6).ToList();
        var untried = all.Where(c => c.Position.First > 6).Select(c => c with { Differences = [] }).ToList();

        var forecast = ForecastResult.Of(tried, [.. untried, Cells.Of(9, "unmeasured", [])], ["a", "b"]).Value!;

        Assert.Equal("unmeasured", Assert.Single(forecast.Unpredictable).Operation);
        Assert.Equal(forecast.Forecasts.OrderBy(f => f.IsFarOutside).ThenByDescending(f => f.Predicted), forecast.Forecasts);
        int covered = forecast.Forecasts.Count(f =>
            all.Single(c => c.Position == f.Position && c.Operation == f.Operation).Difference is var truth && truth >= f.Lower && truth <= f.Upper
        );
        Assert.InRange(covered, 11, 12);
        Assert.All(forecast.Forecasts, f => Assert.InRange(f.Upper - f.Lower, 0.001, 0.02));
    }

    [Fact]
    public void Forecast_FarFromWhatWasLearnedFrom_IsMarked()
    {
        var tried = Cells.Linear(positions: 6, operations: 6, noise: 0.002);

        Substitution[] untried = [Cells.Of(7, "near", [], ("a", 0), ("b", 0)), Cells.Of(7, "far", [], ("a", 30), ("b", -30))];

        var forecast = ForecastResult.Of(tried, untried, ["a", "b"]).Value!;

        var fit = RidgeModel.Create(tried, ["a", "b"]).Value!.Fit;
        Assert.Equal(3 * tried.Average(s => fit.Leverage([s.Values["a"], s.Values["b"]])), forecast.LeverageLimit, tolerance: 1e-12);
        var far = forecast.Forecasts.Single(f => f.Operation == "far");
        Assert.Equal(fit.Leverage([30, -30]), far.Leverage, tolerance: 1e-12);
        Assert.Equal((true, false), (far.IsFarOutside, forecast.Forecasts.Single(f => f.Operation == "near").IsFarOutside));
        Assert.True(far.Lower < far.Predicted && far.Upper > far.Predicted);
    }

    [Fact]
    public void Forecasts_FarOutside_ComeAfterAllOthers()
    {
        var tried = Cells.Linear(positions: 6, operations: 6, noise: 0.002);
        Substitution[] untried =
        [
            Cells.Of(7, "absurdly bad", [], ("a", -30), ("b", 0)),
            Cells.Of(7, "worse", [], ("a", -0.5), ("b", 0)),
            Cells.Of(7, "absurdly good", [], ("a", 30), ("b", 0)),
            Cells.Of(7, "better", [], ("a", 0.5), ("b", 0)),
        ];

        var forecasts = ForecastResult.Of(tried, untried, ["a", "b"]).Value!.Forecasts;

        Assert.Equal(["better", "worse", "absurdly good", "absurdly bad"], forecasts.Select(f => f.Operation));
        Assert.Equal("absurdly good", forecasts.MaxBy(f => f.Predicted)!.Operation);
    }

    // The first choice is held against refitting with every candidate's row added (λ and standardisation kept): the covariance is (A + zzᵀ)⁻¹.
    [Fact]
    public void MostInformative_FirstRun_IsTheBestOfAll()
    {
        var tried = Cells.Linear(positions: 3, operations: 4, noise: 0.002);
        var untried = Cells.Linear(positions: 9, operations: 4, noise: 0).Where(c => c.Position.First > 3).Select(c => c with { Differences = [] }).ToList();
        var model = RidgeModel.Create(tried, ["a", "b"]).Value!;
        var vectors = untried.ConvertAll(c => model.Fit.Standardised(model.Features(c)!));

        var forecast = ForecastResult.Of(tried, untried, ["a", "b"]).Value!;

        var after = vectors.ConvertAll(z =>
        {
            var covariance = (model.Fit.Covariance.Inverse() + z.OuterProduct(z)).Inverse();
            return vectors.Average(v => v * (covariance * v));
        });
        int best = after.IndexOf(after.Min());
        Assert.Equal(3, forecast.MostInformative.Count);
        Assert.Equal((untried[best].Position, untried[best].Operation), (forecast.MostInformative[0].Position, forecast.MostInformative[0].Operation));
        Assert.Equal(after[best], forecast.MostInformative[0].UncertaintyAfter, tolerance: 1e-9);
        Assert.All(forecast.MostInformative, run => Assert.True(run.UncertaintyAfter < run.UncertaintyBefore));
    }

    [Fact]
    public void Predictability_OneEpoch_SaysThatTheFirstIsTheLast()
    {
        var result = Predictability.Of(
            1,
            Cells.Linear(positions: 2, operations: 4, noise: 0.01),
            [.. MeasureCatalog.All.Select(p => new PredictorName(p.Name, p.Title))]
        );

        Assert.Equal(MeasureCatalog.All.Count + 1, result.Predictors.Count);
        Assert.Equal("the first epoch is the last: it is the result itself", result.Predictors[^1].Within.Reason);
        Assert.Equal("no predictor has a value in every cell and varies", result.Ridge.Reason);
        Assert.True(result.NoiseCeiling.HasValue);
    }
}
