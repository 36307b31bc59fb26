namespace Graft.Analysis.Prediction;

/// <summary>What the ridge regression says of a substitution that was not tried. Accuracy differences are fractions.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Predicted">The expected difference to the teacher that was trained on as long.</param>
/// <param name="Lower">The lower end of the 95 % interval.</param>
/// <param name="Upper">The upper end of the 95 % interval.</param>
public sealed record Forecast(Place Position, string Operation, double Predicted, double Lower, double Upper)
{
    /// <summary>How uncertain the fitted value is there, in units of the residual variance: it grows with the distance from what was learned from.</summary>
    public double Leverage { get; init; }

    /// <summary>Whether its predictors lie far outside of what was learned from (<see cref="ForecastResult.LeverageLimit"/>): it is an extrapolation.</summary>
    public bool IsFarOutside { get; init; }
}
