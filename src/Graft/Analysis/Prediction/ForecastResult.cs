using MathNet.Numerics.Distributions;

namespace Graft.Analysis.Prediction;

/// <summary>
/// Untried substitutions by expected accuracy, and the most informative runs.
/// </summary>
/// <remarks>
/// <para>Interval: prediction ± t · s · √(1 + h), with h the leverage at the substitution and s² the mean of r² / (1 + h) over the cells as predicted from the
/// other positions; t is Student's with as many degrees of freedom as positions less one, as errors at one position go together. So the width is that of errors
/// at positions that the model has not seen: cautious for a position that it has.</para>
/// <para>Far outside of what was measured is a leverage above three times the mean of the cells that were learned from, the warning leverage of Williams plots
/// (<b>Gramatica 2007</b>, QSAR &amp; Combinatorial Science 26, 694–701), or above 1, which none of these cells can have.</para>
/// <para>Most informative runs: one after another, the substitution whose result lowers the mean variance of the fitted values of all untried ones the most
/// (V-optimal design, <b>Atkinson, Donev &amp; Tobias 2007</b>, section 10.6); that depends on predictors alone, not on the result.</para>
/// </remarks>
public sealed record ForecastResult
{
    private const double TimesMeanLeverage = 3, MostLeverageOfACell = 1;

    /// <summary>The untried substitutions, the best first; after all others those that are far outside of what was measured, likewise.</summary>
    public required IReadOnlyList<Forecast> Forecasts { get; init; }

    /// <summary>The most informative runs, in order.</summary>
    public required IReadOnlyList<InformativeRun> MostInformative { get; init; }

    /// <summary>The leverage above which a prediction is an extrapolation.</summary>
    public required double LeverageLimit { get; init; }

    /// <summary>How far the model can be trusted.</summary>
    public required RidgeAssessment Model { get; init; }

    /// <summary>Untried substitutions for which a predictor has no value, and so cannot be predicted.</summary>
    public required IReadOnlyList<Substitution> Unpredictable { get; init; }

    /// <summary>Whether a run is far outside of what was measured: it lowers the variance by much because nothing like it is known.</summary>
    internal bool IsFarOutside(InformativeRun run) => Forecasts.Any(f => f.IsFarOutside && (f.Position, f.Operation) == (run.Position, run.Operation));

    /// <summary>Forecasts.</summary>
    /// <param name="tried">Substitutions with results.</param>
    /// <param name="untried">Substitutions without.</param>
    /// <param name="predictors">The names of the predictors to use.</param>
    /// <param name="runs">How many runs to propose.</param>
    internal static Computed<ForecastResult> Of(
        IReadOnlyList<Substitution> tried,
        IReadOnlyList<Substitution> untried,
        IEnumerable<string> predictors,
        int runs = 3
    ) =>
        RidgeModel.Create(tried, predictors).Then<ForecastResult>(model =>
        {
            var known = untried
            .Select(s => (Substitution: s, Features: model.Features(s)))
            .Where(x => x.Features is not null)
            .Select(x => (x.Substitution, Features: x.Features!))
            .ToList();
            double scale = Math.Sqrt(model.LeftOut.Average(c => Math.Pow(c.Predicted - c.Measured, 2) / (1 + c.Leverage)));
            double t = StudentT.InvCDF(0, 1, model.LeftOut.Select(c => c.Position).Distinct().Count() - 1, 0.975);
            double limit = Math.Min(MostLeverageOfACell, TimesMeanLeverage * tried.Average(s => model.Fit.Leverage(model.Features(s)!)));
            return new ForecastResult
            {
                Forecasts = [.. known.Select(Predict).OrderBy(f => f.IsFarOutside).ThenByDescending(f => f.Predicted)],
                LeverageLimit = limit,
                MostInformative = ChooseRuns(model.Fit, known, runs),
                Model = RidgeAssessment.Of(model),
                Unpredictable = [.. untried.Except(known.Select(x => x.Substitution))],
            };

            Forecast Predict((Substitution Substitution, double[] Features) of)
            {
                double predicted = model.Fit.Predict(of.Features), leverage = model.Fit.Leverage(of.Features), half = t * scale * Math.Sqrt(1 + leverage);
                return new(of.Substitution.Position, of.Substitution.Operation, predicted, predicted - half, predicted + half)
                {
                    Leverage = leverage,
                    IsFarOutside = leverage > limit,
                };
            }
        });

    private static List<InformativeRun> ChooseRuns(RidgeRegression fit, List<(Substitution Substitution, double[] Features)> untried, int runs)
    {
        var left = untried.Select(x => (x.Substitution, Z: fit.Standardised(x.Features))).ToList();
        var all = left.ConvertAll(x => x.Z);
        var covariance = fit.Covariance;
        var chosen = new List<InformativeRun>();
        while (chosen.Count < runs && left.Count > 0)
        {
            double before = all.Average(z => z * (covariance * z));
            var best = left.MaxBy(x => Gain(x.Z));
            var direction = covariance * best.Z;
            covariance -= direction.OuterProduct(direction) / (1 + best.Z * direction); // Sherman & Morrison 1950
            chosen.Add(new(best.Substitution.Position, best.Substitution.Operation, before, all.Average(z => z * (covariance * z))));
            left.Remove(best);

            double Gain(MathNet.Numerics.LinearAlgebra.Vector<double> z)
            {
                var d = covariance * z;
                return all.Sum(other => Math.Pow(other * d, 2)) / (1 + z * d);
            }
        }

        return chosen;
    }
}
