namespace Graft.Measures;

/// <summary>Multiply-accumulates of the candidate for one image less those of the teacher's operation.</summary>
internal sealed class MultiplyAccumulateChange : Measure
{
    /// <inheritdoc/>
    public override string Name => "multiplyAccumulates";

    /// <inheritdoc/>
    public override string Title => "multiply-accumulates, change";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 0;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) =>
        subject.Candidate.Cost(subject.Position.Input).MultiplyAccumulates - subject.Own.Cost(subject.Position.Input).MultiplyAccumulates;
}
