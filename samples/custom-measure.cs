#:project ../src/Graft/Graft.csproj
// A measure of your own for every swap: how many test answers it changes. dotnet run -c Release samples/custom-measure.cs
using Graft.Jobs;
using Graft.Operations;
using Graft.Runtime;

NativeRuntime.Tune(); // first thing in a program that trains: steps take up to half the time
using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
var data = graft.LoadData("fashion-mnist-mini");
var teacher = await graft.Train(new() { Network = "wrn-10-1", Data = data.Name, Epochs = 1 }).RunAsync();
using var before = graft.OpenNetwork(teacher.Weights, data);
int[] answers = graft.Evaluate(before, data).Predicted;
Console.WriteLine("position,operation,changed");
foreach (var position in before.Positions)
{
    foreach (var operation in OperationCatalog.Default.ParseList(["bottleneck(w=1,k=3)", "conv-stack(w=1/2,k=3)"]))
    {
        using var swapped = graft.OpenNetwork(teacher.Weights, data);
        swapped.Substitute(position.Index, operation, seed: 1);
        graft.TrainOn(swapped, data, epochs: 1);
        double changed = answers.Zip(graft.Evaluate(swapped, data).Predicted).Count(pair => pair.First != pair.Second) / (double)answers.Length;
        Console.WriteLine(FormattableString.Invariant($"{position.Index},\"{operation}\",{changed}"));
    }
}
