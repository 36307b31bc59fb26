using Graft.Measures;

namespace Graft.Cli.Tests.OwnOperations;

/// <summary>A measure of this assembly: mean square of what the candidate puts out.</summary>
public sealed class OutputPower : Measure
{
    public override string Name => "outputPower";

    public override string Title => "mean square of the output, ln";

    public override bool HigherIsBetter => true;

    public override double Passes => 1;

    public override double Of(MeasureSubject subject) => (subject.Output * subject.Output).mean().item<float>();

    public override double? Feature(double value) => Log(value);
}
