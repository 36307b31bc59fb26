using Graft.Data;
using Graft.Networks;
using Graft.Tests.Fixtures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Networks;

/// <summary>Our networks against PyTorch's, by the files of <c>make_reference.py</c>.</summary>
public sealed class PyTorchReferenceTests
{
    [Theory]
    [InlineData("wrn-10-1")]
    [InlineData("resnet-8")]
    public void NamedTensors_OfOurNetwork_AreThoseOfPyTorch(string name)
    {
        using var network = Network.Create(name, new ImageShape(3, 32, 32), classes: 10);
        using var weights = SafeTensorsFile.Load(Fixture.PathOf($"{name}.safetensors"));

        Assert.Equal(
            weights.Tensors.Select(pair => $"{pair.Key}: {pair.Value.dtype} [{string.Join(", ", pair.Value.shape)}]").Order(),
            network.NamedTensors().Select(item => $"{item.Name}: {item.Tensor.dtype} [{string.Join(", ", item.Tensor.shape)}]").Order());
    }

    [Theory]
    [InlineData("wrn-10-1")]
    [InlineData("resnet-8")]
    public void Forward_InEvalMode_GivesPyTorchsLogits(string name)
    {
        using var network = WithPyTorchsWeights(name);
        using var reference = SafeTensorsFile.Load(Fixture.PathOf("logits.safetensors"));
        network.eval();

        using var logits = network.call(reference.Tensors["input"]);

        Fixture.AssertClose(reference.Tensors[$"{name}.eval.logits"], logits);
    }

    [Fact]
    public void Forward_InTrainingMode_GivesPyTorchsLogitsAndRunningStatistics()
    {
        using var network = WithPyTorchsWeights("wrn-10-1");
        using var reference = SafeTensorsFile.Load(Fixture.PathOf("logits.safetensors"));
        network.train();

        using var logits = network.call(reference.Tensors["input"]);

        Fixture.AssertClose(reference.Tensors["wrn-10-1.train.logits"], logits);
        var buffers = network.NamedTensors().Where(item => reference.Tensors.ContainsKey($"wrn-10-1.train.{item.Name}")).ToList();
        Assert.Equal(7 * 3, buffers.Count);
        Assert.All(buffers, item => Fixture.AssertClose(reference.Tensors[$"wrn-10-1.train.{item.Name}"], item.Tensor));
    }

    [Fact]
    public void SgdSteps_WithNesterovWeightDecayAndLabelSmoothing_GivePyTorchsLossesAndWeights()
    {
        using var scope = NewDisposeScope();
        using var network = WithPyTorchsWeights("wrn-10-1");
        using var batch = SafeTensorsFile.Load(Fixture.PathOf("logits.safetensors"));
        using var reference = SafeTensorsFile.Load(Fixture.PathOf("training.safetensors"));
        network.train();
        using var optimizer = optim.SGD([Group(network, decayed: true), Group(network, decayed: false)], learningRate: 0.1);
        var losses = new List<float>();
        for (int step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(network.call(batch.Tensors["input"]), reference.Tensors["labels"], label_smoothing: 0.1);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        Fixture.AssertClose(reference.Tensors["losses"], tensor(losses.ToArray()));
        var kept = network.NamedTensors().Where(item => reference.Tensors.ContainsKey(item.Name)).ToList();
        Assert.Equal(7, kept.Count);
        Assert.All(kept, item => Fixture.AssertClose(reference.Tensors[item.Name], item.Tensor));
    }

    [Fact]
    public void SaveAndLoad_OfANetwork_GivesBitEqualLogits()
    {
        using var network = WithPyTorchsWeights("wrn-10-1");
        using var copy = Network.Create("wrn-10-1", new ImageShape(3, 32, 32), classes: 10, seed: 1);
        using var reference = SafeTensorsFile.Load(Fixture.PathOf("logits.safetensors"));
        network.eval();
        copy.eval();

        using (var saved = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null, [.. network.NamedTensors()])))
        {
            Copy(saved, copy);
        }

        using var expected = network.call(reference.Tensors["input"]);
        using var actual = copy.call(reference.Tensors["input"]);
        Assert.Equal(expected.bytes.ToArray(), actual.bytes.ToArray());
    }

    private static SGD.ParamGroup Group(Network network, bool decayed) => new(
        network.parameters().Where(parameter => parameter.dim() > 1 == decayed),
        lr: 0.1,
        momentum: 0.9,
        weight_decay: decayed ? 5e-4 : 0,
        nesterov: true);

    private static Network WithPyTorchsWeights(string name)
    {
        var network = Network.Create(name, new ImageShape(3, 32, 32), classes: 10);
        using var weights = SafeTensorsFile.Load(Fixture.PathOf($"{name}.safetensors"));
        Copy(weights, network);
        return network;
    }

    private static void Copy(SafeTensorsFile weights, Network network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, tensor) in network.NamedTensors())
        {
            tensor.copy_(weights.Tensors[name]);
        }
    }
}
