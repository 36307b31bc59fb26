#:project ../src/Graft/Graft.csproj
// A measure of your own beside Graft's: does it predict accuracy? dotnet run -c Release samples/custom-measure.cs
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Measures;

MeasureCatalog.Register(new OutputPower());
using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
string[] operations = ["teacher", "conv-stack(w=1,k=3)"];
var plan = StudyPreset.Load("quick") with { Network = "wrn-10-1", Positions = ["all"], Operations = operations, Epochs = [1], Seeds = 1 };
var study = await graft.Study(plan with { Predictors = new() { Measures = ["outputPower", "cka"] }, Teacher = plan.Teacher with { Epochs = 1 } }).RunAsync();
Console.WriteLine("position,operation,power,cka,change");
foreach (var (cell, measures) in study.Cells.Where(c => !c.IsUnchanged).Select(c => (c, c.Trials[0].Measures)))
{
    FormattableString row = $"{cell.Position},\"{cell.Operation}\",{measures["outputPower"]},{measures["cka"]},{cell.DifferenceToTeacher}";
    Console.WriteLine(FormattableString.Invariant(row));
}

/// <summary>Mean square of what the candidate puts out.</summary>
public sealed class OutputPower : Measure
{
    public override string Name => "outputPower";
    public override string Title => "mean square of the output, ln";
    public override bool HigherIsBetter => true;
    public override double Passes => 1;
    public override double Of(MeasureSubject subject) => (subject.Output * subject.Output).mean().item<float>();
    public override double? Feature(double value) => Log(value);
}
