namespace Graft.Analysis.Prediction;

/// <summary>A cell predicted by a fit that has seen no cell of its position. Accuracy differences are fractions.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Measured">The mean accuracy difference that was measured.</param>
/// <param name="Predicted">What the fit says.</param>
/// <param name="Leverage">The fit's uncertainty there, in units of the residual variance.</param>
/// <param name="MeanOfOthers">The mean of all cells of the other positions: the guess that takes nothing into account.</param>
/// <param name="OperationMean">The mean of the same operation at the other positions: the guess that takes the kind of operation into account.</param>
public sealed record LeftOutPrediction(
    Place Position, string Operation, double Measured, double Predicted, double Leverage, double MeanOfOthers, double OperationMean);
