using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Training;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Networks;

public class NetworkTests
{
    private static readonly ImageShape Cifar = new(3, 32, 32);

    // Parameters: Zagoruyko & Komodakis 2016, table 4; multiply-accumulates of the ResNets: He et al. 2016 as akamaster/pytorch_resnet_cifar10 counts layers.
    [Theory]
    [InlineData("wrn-16-2", 691_674)]
    [InlineData("wrn-40-2", 2_243_546)]
    [InlineData("wrn-28-10", 36_479_194)]
    [InlineData("resnet-20", 269_722)]
    [InlineData("resnet-56", 853_018)]
    [InlineData("resnet-110", 1_727_962)]
    public void Cost_PublishedNetwork_HasPublishedParameters(string name, long parameters)
    {
        using var network = Network.Create(name, Cifar, classes: 10);

        Assert.Equal(parameters, network.Cost().Parameters);
    }

    [Fact]
    public void Cost_Wrn40x2_HasPublishedMultiplyAccumulates()
    {
        using var network = Network.Create("wrn-40-2", Cifar, classes: 10);

        Assert.Equal(327.6, network.Cost().MultiplyAccumulates / 1e6, tolerance: 0.05);
    }

    [Fact]
    public void Positions_Wrn40x2_ChangeShapeAt1And7And13()
    {
        var definition = NetworkCatalog.Define("wrn-40-2", Cifar, 10);

        Assert.Equal(18, definition.Positions.Count);
        Assert.Equal([1, 7, 13], definition.Positions.Where(p => !p.KeepsShape).Select(p => p.Index));
        Assert.Equal(new FeatureShape(64, 16, 16), definition.Positions[6].Output);
        Assert.Equal("block2.layer.0", definition.Positions[6].Path);
    }

    [Theory]
    [InlineData(new long[] { 3, 16, 16 }, ScalarType.Float32, "[3, 16, 16] of Float32")]
    [InlineData(new long[] { 2, 16, 16, 3 }, ScalarType.Float32, "[2, 16, 16, 3] of Float32")]
    [InlineData(new long[] { 2, 3, 16, 16 }, ScalarType.Byte, "[2, 3, 16, 16] of Byte")]
    public void Forward_WhatIsNoImages_SaysWhatItTakes(long[] shape, ScalarType type, string given)
    {
        using var network = Network.Create("wrn-10-1", new(3, 16, 16), classes: 4, seed: 1);
        using var input = zeros(shape, type);

        string expected = $"wrn-10-1 takes images [N, 3, H, W] of floating-point numbers, not {given}. (Parameter 'input')";
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => network.call(input)).Message);
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => network.ForwardFeatures(input)).Message);
    }

    /// <summary>By hand, for images of 8x8: what convolutions, batch norms, additions and shortcuts write; activations are part of what they follow.</summary>
    [Fact]
    public void Cost_ResNet8_CountsActivations()
    {
        using var network = Network.ShapesOnly(NetworkCatalog.Define("resnet-8", new(3, 8, 8), 4));

        const int Stem = 2 * 16 * 64, First = 5 * 16 * 64, Second = 6 * 32 * 16, Third = 6 * 64 * 4;
        Assert.Equal(Stem + First + Second + Third, network.Cost().Activations);
        Assert.True(network.Cost().Work > network.Cost().MultiplyAccumulates);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void TrainOnly_TrainingStep_ChangesThatOperationAlone(Precision precision)
    {
        using var network = Network.Create("wrn-10-1", new(3, 16, 16), classes: 4, seed: 1);
        network.Precision = precision;
        network.TrainOnly(network.Positions[1]);
        network.train();
        var before = network.NamedTensors().ToDictionary(t => t.Name, t => TensorHash.Of([t]));
        var trained = network.parameters().Where(p => p.requires_grad).ToList();
        using (var sgd = new Sgd(trained, momentum: 0.9, weightDecay: 0))
        using (NewDisposeScope())
        {
            nn.functional.cross_entropy(network.call(randn([8, 3, 16, 16], generator: new Generator(1))), arange(8) % 4).backward();
            sgd.Step(0.1);
        }

        var changed = network.NamedTensors().Where(t => TensorHash.Of([t]) != before[t.Name]).Select(t => t.Name).ToList();
        Assert.All(changed, name => Assert.StartsWith("block2.layer.0.", name));
        Assert.Equal(network.OperationAt(network.Positions[1]).NamedTensors("").Count(), changed.Count);
    }

    [Fact]
    public void TrainOnly_OperationThatIsPutElsewhereLater_IsFrozenToo()
    {
        using var network = Network.Create("wrn-10-1", new(3, 16, 16), classes: 4, seed: 1);
        network.train();
        network.TrainOnly(network.Positions[1]);

        network.Substitute(3, OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);

        Assert.All(network.OperationAt(network.Positions[2]).parameters(), p => Assert.False(p.requires_grad));
        Assert.False(network.OperationAt(network.Positions[2]).training);
        network.Substitute(2, OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);
        Assert.All(network.OperationAt(network.Positions[1]).parameters(), p => Assert.True(p.requires_grad));
        Assert.True(network.OperationAt(network.Positions[1]).training);
    }

    [Theory]
    [InlineData(
        "wrn-40-3x",
        "Unknown network 'wrn-40-3x'. Did you mean 'wrn-40-2'? Networks are wrn-DEPTH-WIDTH (wrn-40-2), resnet-DEPTH (resnet-20) and ONNX files (model.onnx)."
    )]
    [InlineData("onnx-9a54dc9059ec", "The network 'onnx-9a54dc9059ec' comes from an ONNX file that is not known here. Name the file.")]
    [InlineData("wrn-41-2", "There is no 'wrn-41-2': the depth of a WRN is 6n + 4 (10, 16, 22, 28, 34, 40, …) and its width at least 1.")]
    [InlineData("resnet-18", "There is no 'resnet-18': the depth of a CIFAR ResNet is 6n + 2 (8, 14, 20, 32, 44, 56, 110, …).")]
    public void Define_WrongName_SaysWhatIsPossible(string name, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => NetworkCatalog.Define(name, Cifar, 10)).Message);

    [Theory]
    [InlineData("wrn-10-1", Precision.Float32)]
    [InlineData("wrn-10-1", Precision.BFloat16)]
    [InlineData("resnet-8", Precision.Float32)]
    public void Forward_Batch_GivesLogitsAndLeaksNothing(string name, Precision precision)
    {
        using var network = Network.Create(name, Cifar, classes: 10);
        network.Precision = precision;
        using var images = zeros(2, 3, 32, 32);
        using var logits = network.call(images);
        long live = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var again = network.call(images))
        {
            Assert.Equal([2, 10], again.shape);
            Assert.Equal(ScalarType.Float32, again.dtype);
        }

        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Create_SameSeed_GivesSameWeights()
    {
        using var a = Network.Create("wrn-10-1", Cifar, 10, seed: 3);
        using var b = Network.Create("wrn-10-1", Cifar, 10, seed: 3);
        using var c = Network.Create("wrn-10-1", Cifar, 10, seed: 4);

        Assert.True(Same(a, b));
        Assert.False(Same(a, c));
    }

    [Fact]
    public void Substitute_CopyOfTheSameOperation_LeavesLogitsUnchanged()
    {
        using var network = Network.Create("wrn-10-1", Cifar, 10);
        network.eval();
        using var images = rand(2, 3, 32, 32, generator: new Generator(1));
        using var before = network.call(images);
        var position = network.Positions[1];
        using var layers = new LayerFactory(9);
        var copy = position.CreateOwn!(layers);
        using (no_grad())
        {
            foreach (var (from, to) in network.OperationAt(position).NamedTensors("").Zip(copy.NamedTensors("")))
            {
                to.Tensor.copy_(from.Tensor);
            }
        }

        network.Substitute(position, network.Architecture[1], copy);

        using var after = network.call(images);
        Assert.True(before.equal(after).all().item<bool>());
    }

    [Fact]
    public void Substitute_OperationOfAnotherShape_Throws()
    {
        using var network = Network.Create("wrn-10-1", Cifar, 10);
        using var layers = new LayerFactory(0);
        using var wrong = network.Positions[1].CreateOwn!(layers);

        var error = Assert.Throws<ConfigurationException>(() => network.Substitute(network.Positions[2], network.Architecture[1], wrong));
        Assert.Equal(
            "Operation 'teacher' at position 3: Apply failed with ArgumentException: A batch norm made for 16 channels cannot take the 32 of 32x16x16.",
            error.Message);
    }

    private static bool Same(Network a, Network b) =>
        a.NamedTensors().Zip(b.NamedTensors()).All(x => x.First.Name == x.Second.Name && x.First.Tensor.equal(x.Second.Tensor).all().item<bool>());
}
