using Graft.Jobs;
using Graft.Operations;

using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
var data = graft.LoadData("fashion-mnist-mini");
var teacher = await graft.Train(new() { Network = "wrn-10-1", Data = "fashion-mnist-mini", Epochs = 1 }).RunAsync();

using var network = graft.OpenNetwork(teacher.Weights, data);
network.Substitute(3, OperationCatalog.Default.Parse("bottleneck(w=1,k=3)"), seed: 1);
double before = graft.Evaluate(network, data).Accuracy;
graft.TrainOn(network, data, epochs: 1);
double after = graft.Evaluate(network, data).Accuracy;
Console.WriteLine(FormattableString.Invariant($"teacher {teacher.Accuracy:P2}, swapped {before:P2}, trained on {after:P2}"));
