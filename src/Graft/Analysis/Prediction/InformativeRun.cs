namespace Graft.Analysis.Prediction;

/// <summary>A run that would tell the model much about the others.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation.</param>
/// <param name="UncertaintyBefore">Mean variance of the fitted values of all untried substitutions before it, in units of the residual variance.</param>
/// <param name="UncertaintyAfter">The same after it.</param>
public sealed record InformativeRun(Place Position, string Operation, double UncertaintyBefore, double UncertaintyAfter);
