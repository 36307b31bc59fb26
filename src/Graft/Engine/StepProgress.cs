namespace Graft.Engine;

/// <summary>How far a job has come.</summary>
/// <param name="Fraction">The part that is done, in [0, 1].</param>
/// <param name="Loss">The loss of the last batch; NaN where there is none.</param>
/// <param name="Resumed">The part that was done when this attempt began, from a checkpoint; 0 where it began afresh.</param>
internal sealed record StepProgress(double Fraction, double Loss, double Resumed = 0);
