namespace Graft.Measures;

/// <summary>Multiply-accumulates of the candidate for one image less those of the teacher's operations there.</summary>
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
        subject.Network.CostAt(subject.Position.Place).MultiplyAccumulates - subject.Teacher.CostAt(subject.Position.Place).MultiplyAccumulates;
}
