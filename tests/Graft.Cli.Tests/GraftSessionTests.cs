using Graft.Cli.Tests.Commands;
using Graft.Cli.Tests.Support;
using Graft.Data;
using Graft.Jobs;
using Graft.Networks;
using TorchSharp;

namespace Graft.Cli.Tests;

/// <summary>What programs open by themselves, on the images of the playground.</summary>
[Collection("studies")]
public sealed class GraftSessionTests
{
    private static readonly ImageOptions ImageNet = new() { Normalization = "imagenet" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void OpenNetwork_Weights_AForwardPassLeavesThemAsTheyAre()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, data.Normalization);

        using var network = session.OpenNetwork(file, data);
        double before = Sum(network);
        network.forward(torch.ones(2, 3, 16, 16));

        Assert.False(network.training);
        Assert.Equal(before, Sum(network));
    }

    [Fact]
    public void OpenNetwork_OtherNormalization_SaysSo()
    {
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, Normalization.Parse("imagenet"));

        var error = Assert.Throws<ConfigurationException>(() => session.OpenNetwork(file, data));
        using var network = session.OpenNetwork(file, session.LoadData("images", ImageNet, Token));

        Assert.Contains("load the data with that normalization", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenNetwork_OnnxFile_CanBeEvaluatedSwappedAndTrainedOn()
    {
        using var scope = torch.NewDisposeScope();
        Playground.WriteImages("ten-session", classes: 10, train: 4, test: 2, size: 32);
        using var session = Open();
        var data = session.LoadData("ten-session", ImageNet, Token);

        using var network = session.OpenNetwork(OnnxNetworkTests.FileOf("resnet20-cifar10-folded"), data);
        var before = session.Evaluate(network, data, Token);
        network.Substitute(2, Graft.Operations.OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);
        var epochs = session.TrainOn(network, data, 1, new() { BatchSize = 16, LearningRate = 0.01 }, cancellation: Token);

        Assert.Single(epochs);
        Assert.Equal(20, before.Predicted.Length);
        Assert.True(double.IsFinite(session.Evaluate(network, data, Token).Loss));
    }

    [Fact]
    public void TrainOn_CancelledBefore_ChangesNothing()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = session.OpenNetwork(Save(data, data.Normalization), data);
        double before = Sum(network);

        Assert.Throws<OperationCanceledException>(() => session.TrainOn(network, data, 1, cancellation: new(canceled: true)));

        Assert.Equal(before, Sum(network));
    }

    [Fact]
    public void PathOf_NameOfAResult_IsInTheWorkspace()
    {
        using var session = Open();

        Assert.Equal(session.PathOf("weights/a.safetensors"), session.PathOf("artifacts/weights/a.safetensors"));
    }

    private static GraftSession Open() => GraftSession.Open(new() { Workspace = "session", DataDirectory = "data", Device = "cpu", TuneRuntime = false });

    private static string Save(ImageData data, Normalization normalization)
    {
        using var network = Network.Create("wrn-10-1", data.Train.Shape, data.ClassNames.Count, seed: 1);
        string file = $"session-{Guid.NewGuid():N}.safetensors";
        NetworkWeights.Save(network, normalization, file);
        return file;
    }

    private static double Sum(Network network) => network.state_dict().Values.Sum(t => t.to(torch.float64).abs().sum().item<double>());
}
