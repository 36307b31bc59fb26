#:project ../src/Graft/Graft.csproj
// An operation of your own in a trained network: dotnet run -c Release samples/custom-operation.cs
using Graft.Jobs;
using Graft.Operations;
using TorchSharp.Modules;

OperationCatalog.Register(new Pointwise());
using var graft = GraftSession.Open(new() { Workspace = "graft-workspace" });
var data = graft.LoadData("fashion-mnist-mini");
var teacher = await graft.Train(new() { Network = "wrn-10-1", Data = data.Name, Epochs = 1 }).RunAsync();
using var network = graft.OpenNetwork(teacher.Weights, data);
network.Substitute(3, OperationCatalog.Default.Parse("pointwise"), seed: 1);
graft.TrainOn(network, data, epochs: 1);
Console.WriteLine(FormattableString.Invariant($"teacher {teacher.Accuracy:P2}, pointwise at 3 {graft.Evaluate(network, data).Accuracy:P2}"));

public sealed class Pointwise : OperationFamily
{
    public override string Name => "pointwise";
    public override string Description => "one 1x1 convolution in place of a block";
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => new Block(
        layers.Convolution(position.Input.Channels, position.Output.Channels, kernel: 1, position.Stride),
        layers.BatchNorm(position.Output.Channels), position.OutputActivation);

    private sealed class Block : Operation
    {
        private readonly (Conv2d Convolution, BatchNorm2d Norm, Activation Last) _parts;
        public Block(Conv2d conv, BatchNorm2d norm, Activation last) : base("pointwise") => _parts = (Register("conv", conv), Register("bn", norm), last);
        public override T Apply<T>(ILayers<T> layers, T x) => layers.BatchNorm(_parts.Norm, layers.Convolution(_parts.Convolution, x), _parts.Last);
    }
}
