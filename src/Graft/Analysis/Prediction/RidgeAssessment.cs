namespace Graft.Analysis.Prediction;

/// <summary>How well accuracy differences at a position are predicted from the other positions. Errors are fractions of accuracy.</summary>
public sealed record RidgeAssessment
{
    /// <summary>The root mean square error of the ridge regression at positions it has not seen.</summary>
    public required double Rmse { get; init; }

    /// <summary>The same of guessing the mean of the other positions' cells.</summary>
    public required double RmseOfMean { get; init; }

    /// <summary>The same of guessing the mean of the same operation at the other positions.</summary>
    public required double RmseOfOperationMean { get; init; }

    /// <summary>
    /// 1 less the squared error over that of guessing the mean: 1 is perfect, 0 no better than the mean, negative worse; null where the mean is always right.
    /// </summary>
    public double? RSquared => RmseOfMean > 0 ? 1 - Rmse * Rmse / (RmseOfMean * RmseOfMean) : null;

    /// <summary>Kendall's τ-b of predictions and results over pairs at one position; null where they do not vary.</summary>
    public double? TauWithin { get; init; }

    /// <summary>The same over all pairs.</summary>
    public double? TauAcross { get; init; }

    /// <summary>τ-b within positions of the guess by the operation's mean; null where it does not vary.</summary>
    public double? OperationMeanTauWithin { get; init; }

    /// <summary>λ of the fit to all cells.</summary>
    public required double Penalty { get; init; }

    /// <summary>The coefficient of each predictor in the fit to all cells, for a standard deviation of it.</summary>
    public required IReadOnlyDictionary<string, double> Coefficients { get; init; }

    /// <summary>Each cell as predicted from the other positions.</summary>
    public required IReadOnlyList<LeftOutPrediction> Predictions { get; init; }

    /// <summary>Judges a model.</summary>
    internal static RidgeAssessment Of(RidgeModel model)
    {
        var cells = model.LeftOut;
        var positions = cells.GroupBy(c => c.Position).ToList();
        return new()
        {
            Rmse = Error(c => c.Predicted),
            RmseOfMean = Error(c => c.MeanOfOthers),
            RmseOfOperationMean = Error(c => c.OperationMean),
            TauWithin = RankCorrelation.TauB(positions, c => c.Predicted, c => c.Measured, within: true),
            TauAcross = RankCorrelation.TauB(positions, c => c.Predicted, c => c.Measured, within: false),
            OperationMeanTauWithin = RankCorrelation.TauB(positions, c => c.OperationMean, c => c.Measured, within: true),
            Penalty = model.Penalty,
            Coefficients = model.Coefficients,
            Predictions = cells,
        };

        double Error(Func<LeftOutPrediction, double> guess) => Math.Sqrt(cells.Average(c => Math.Pow(guess(c) - c.Measured, 2)));
    }
}
