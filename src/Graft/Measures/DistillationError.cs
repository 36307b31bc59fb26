namespace Graft.Measures;

/// <summary>Squared error of the candidate against the teacher's output, over the teacher's mean square (<b>Puzzle</b>: MSE(t, s) / MSE(t, 0)).</summary>
internal sealed class DistillationError : Measure
{
    /// <inheritdoc/>
    public override string Name => "distillationError";

    /// <inheritdoc/>
    public override string Title => "distillation error, ln";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double Passes => 1;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject)
    {
        var error = new RelativeError();
        error.Add(subject.Output, subject.Target);
        return error.Value;
    }

    /// <inheritdoc/>
    public override double? Feature(double value) => Log(value);
}
