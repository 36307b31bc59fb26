#:project ../src/Graft/Graft.csproj
// A network with one operation swapped, kept as weights and as ONNX: dotnet run -c Release samples/export.cs
using Graft.Jobs;
using Graft.Networks;
using Graft.Operations;

using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
var data = graft.LoadData("fashion-mnist-mini");
var teacher = await graft.Train(new() { Network = "wrn-10-1", Data = data.Name, Epochs = 1 }).RunAsync();
using var network = graft.OpenNetwork(teacher.Weights, data);
network.Substitute(3, OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);
graft.TrainOn(network, data, epochs: 1, seed: 2);

NetworkWeights.Save(network, "swapped.safetensors", data); // graft.OpenNetwork("swapped.safetensors", data) reads it again
var comparison = graft.ExportOnnx(network, "swapped.onnx", data); // written once ONNX Runtime gives the same answers for all test images
FormattableString line = $"logits differ by {comparison.MaxDifference:0.0e+0} at most on {comparison.Images} test images";
Console.WriteLine(FormattableString.Invariant(line));
Console.WriteLine("saved as swapped.safetensors and swapped.onnx");
