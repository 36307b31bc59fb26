#:project ../src/Graft/Graft.csproj
// Half of the latency: dotnet run -c Release samples/accelerate.cs -- teacher.safetensors cifar10
using Graft.Jobs;
using Graft.Jobs.Accelerations;

using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
if (args is not [var weights, var images])
{
    Console.Error.WriteLine("usage: accelerate WEIGHTS DATA");
    return;
}

var plan = AccelerationPlanFile.LoadPreset(AccelerationPlanFile.Presets[0]);
var job = graft.Accelerate(plan with
{
    Network = "wrn-16-2",
    Data = images,
    Teacher = plan.Teacher with { Weights = weights },
    Selection = plan.Selection with { Budget = "0.5" }, // of the teacher's latency; "2.5ms" for milliseconds
});
Console.WriteLine(FormattableString.Invariant($"some {job.Estimate().Seconds / 60:0} minutes of work"));
var result = await job.RunAsync();
foreach (var network in result.Networks)
{
    Console.WriteLine(FormattableString.Invariant($"{network.Name}: {network.LatencyMs?.Median:0.000} ms, {network.Accuracy:P2} right"));
}

Console.WriteLine($"ONNX file: {graft.PathOf(result.Model!)}");
