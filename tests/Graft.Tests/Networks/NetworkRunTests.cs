using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Tests.Engine.Local;
using Graft.Tests.Onnx;
using Graft.Tests.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Networks;

/// <summary>One operation for a run of neighbouring positions.</summary>
public sealed class NetworkRunTests
{
    private static readonly Place Pair = new(2, 3);

    [Fact]
    public void PositionAt_Run_GoesFromTheFirstInputToTheLastOutput()
    {
        var definition = NetworkCatalog.Define("resnet-20", new(3, 32, 32), 10);

        var run = definition.PositionAt(new Place(3, 5));

        Assert.Equal("3-5", $"{run.Place}");
        Assert.Equal(new FeatureShape(16, 32, 32), run.Input);
        Assert.Equal(new FeatureShape(32, 16, 16), run.Output);
        Assert.Equal(2, run.Stride);
        Assert.Equal(Activation.Relu, run.OutputActivation);
        Assert.Equal("layer1.2", run.Path);
        Assert.Same(definition.Positions[0], definition.PositionAt(1));
    }

    [Theory]
    [InlineData("resnet-20", 2, 3, 2)]
    [InlineData("resnet-20", 3, 5, 4)] // the block of stride 2
    [InlineData("resnet-20", 4, 6, 4)]
    [InlineData("wrn-16-2", 1, 2, 1)]
    [InlineData("resnet-20", 4, 7, null)] // 16 to 64 channels: no block does that alone
    public void OwnOf_Run_IsTheBlockOfItsShapes(string network, int first, int last, int? expected)
    {
        var definition = NetworkCatalog.Define(network, new(3, 32, 32), 10);

        Assert.Equal(expected, definition.OwnOf(new(first, last))?.Index);
        Assert.Equal(
            expected is null ? "none of the network's own operations at 4-7 turns 16x32x32 into 64x8x8" : null,
            OperationCatalog.Default.Parse("teacher").WhyUnavailable(definition.PositionAt(new Place(first, last))));
    }

    [Fact]
    public void Places_UpToALength_AreAllRunsOfNeighbours() => Assert.Equal(
        ["1", "1-2", "2", "2-3", "3"], NetworkCatalog.Define("resnet-8", new(3, 32, 32), 10).Places(2).Select(p => $"{p}"));

    [Fact]
    public void PositionAt_RunBeyondTheNetwork_Throws()
    {
        var definition = NetworkCatalog.Define("resnet-8", new(3, 32, 32), 10);

        var error = Assert.Throws<ConfigurationException>(() => definition.PositionAt(new Place(2, 4)));
        Assert.Equal("resnet-8 has no position 2-4: its positions are 1 to 3.", error.Message);
    }

    [Fact]
    public void Substitute_Run_OperationStandsForAllOfIt()
    {
        using var scope = NewDisposeScope();
        using var network = Create();
        using var teacher = Create();
        Substitute(network, Pair, "residual(w=1,k=3)");
        network.eval();
        teacher.eval();
        var images = rand(2, 3, 16, 16, generator: new Generator(1));
        var operation = network.OperationAt(network.Definition.PositionAt(Pair));

        var features = network.ForwardFeatures(images);

        Assert.Equal(["1 teacher", "2-3 residual(w=1,k=3)"], network.Places.Take(2).Select(p => $"{p.Place} {p.Operation}"));
        Assert.Equal(teacher.Places.Count - 1, network.Places.Count);
        Assert.True(Same(operation.call(features[2].Input), features[2].Output));
        Assert.True(Same(features[2].Output, features[3].Output)); // the second position passes on
        Assert.True(Same(network.call(images), network.ForwardAfter(network.Definition.PositionAt(Pair), features[2].Input, features[3].Output)));
        var input = teacher.ForwardFeatures(images)[2].Input;
        Assert.True(Same(network.call(images), teacher.ForwardAfter(teacher.Definition.PositionAt(Pair), input, operation.call(input))));
    }

    [Fact]
    public void Substitute_IdentityForARun_CostsWhatIsLeft()
    {
        using var network = Create();
        var whole = network.Cost();
        long gone = new[] { 2, 3 }.Sum(i => network.OperationAt(network.Positions[i - 1]).parameters().Sum(p => p.numel()));

        Substitute(network, Pair, "identity");

        Assert.Equal(whole.Parameters - gone, network.Cost().Parameters);
        Assert.Equal(whole.Parameters - gone, network.parameters().Sum(p => p.numel()));
        Assert.DoesNotContain(network.NamedTensors(), t => t.Name.StartsWith("layer1.1.", StringComparison.Ordinal));
        Assert.DoesNotContain(network.NamedTensors(), t => t.Name.StartsWith("layer1.2.", StringComparison.Ordinal));
    }

    [Fact]
    public void Substitute_CopyOfTheTeachersBlockForARun_GivesTheLogitsOfRemoval()
    {
        using var scope = NewDisposeScope();
        using var network = Create();
        using var removed = Create();
        var own = network.Positions[1];
        using var layers = new LayerFactory(9);
        var copy = own.CreateOwn!(layers);
        using (no_grad())
        {
            foreach (var (from, to) in network.OperationAt(own).NamedTensors("").Zip(copy.NamedTensors("")))
            {
                to.Tensor.copy_(from.Tensor);
            }
        }

        network.Substitute(network.Definition.PositionAt(Pair), OperationCatalog.Default.Parse("teacher"), copy);
        Substitute(removed, 3, "identity");
        network.eval();
        removed.eval();
        var images = rand(2, 3, 16, 16, generator: new Generator(1));

        Assert.True(Same(removed.call(images), network.call(images)));
    }

    [Theory]
    [InlineData(3, 3, "one operation ('identity') stands at 2-3")]
    [InlineData(3, 5, "one operation ('identity') stands at 2-3")]
    public void Substitute_PartOfARun_Throws(int first, int last, string message)
    {
        using var network = Create("resnet-20");
        Substitute(network, Pair, "identity");

        var error = Assert.Throws<ArgumentException>(() => Substitute(network, new(first, last), "conv-stack(w=1,k=3)"));

        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Substitute_LongerRunOverAShorterOne_TakesItsPlace()
    {
        using var network = Create("resnet-20");
        Substitute(network, Pair, "identity");
        Substitute(network, new(1, 3), "residual(w=1,k=3)");

        Assert.Equal("1-3 residual(w=1,k=3)", $"{network.Places[0].Place} {network.Places[0].Operation}");
        Assert.Equal(7, network.Places.Count);
        Assert.Equal(4, network.Places[1].Place.First);
    }

    [Fact]
    public void Open_SavedNetworkWithRuns_RebuildsIt()
    {
        using var scope = NewDisposeScope();
        using var directory = new TemporaryDirectory();
        using var network = Create("resnet-20");
        Substitute(network, Pair, "teacher");
        Substitute(network, new(5, 7), "residual(w=1/2,k=3)");
        Substitute(network, 9, "identity");
        OnnxNetworks.Randomize(network.NamedTensors());
        string path = Path.Combine(directory.Path, "network.safetensors");
        NetworkWeights.Save(network, new([0, 0, 0], [1, 1, 1]), path);

        using var opened = NetworkWeights.Open(path, new ImageShape(3, 16, 16), classes: 4);
        using var replica = network.Replicate();

        Assert.Equal(network.Places, opened.Places);
        Assert.Equal(network.Places, replica.Places);
        Assert.Equal(TensorHash.Of(network.NamedTensors()), TensorHash.Of(opened.NamedTensors()));
        Assert.Equal(network.OrderedParameters.Select(p => p.numel()), replica.OrderedParameters.Select(p => p.numel()));
    }

    [Fact]
    public void Serialize_NetworkWithARun_HasNoNodesForThePositionsThatPassOn()
    {
        using var network = Create();
        using var shorter = Create();
        Substitute(network, Pair, "teacher");
        Substitute(shorter, 3, "identity");

        Assert.Equal(
            OnnxNetworks.LayersOf(OnnxExport.Serialize(shorter, OnnxNetworks.Options)),
            OnnxNetworks.LayersOf(OnnxExport.Serialize(network, OnnxNetworks.Options)));
    }

    private static Network Create(string name = "resnet-20") => Network.Create(name, new ImageShape(3, 16, 16), classes: 4, seed: 1);

    private static void Substitute(Network network, Place place, string operation)
    {
        using var layers = new LayerFactory(5);
        network.Substitute(network.Definition.PositionAt(place), OperationCatalog.Default.Parse(operation), layers);
    }

    private static bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();
}
