namespace Graft.Measures;

/// <summary>Trainable parameters of the candidate less those of the teacher's operations there.</summary>
internal sealed class ParameterChange : Measure
{
    /// <inheritdoc/>
    public override string Name => "parameters";

    /// <inheritdoc/>
    public override string Title => "parameters, change";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 0;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) =>
        subject.Network.CostAt(subject.Position.Place).Parameters - subject.Teacher.CostAt(subject.Position.Place).Parameters;
}
