using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Tests.Fixtures;
using Graft.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

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
        using var sgd = new Sgd([.. network.parameters()], momentum: 0.9, weightDecay: 5e-4);
        var losses = new List<float>();
        for (int step = 0; step < 3; step++)
        {
            var loss = nn.functional.cross_entropy(network.call(batch.Tensors["input"]), reference.Tensors["labels"], label_smoothing: 0.1);
            loss.backward();
            sgd.Step(learningRate: 0.1);
            losses.Add(loss.item<float>());
        }

        Fixture.AssertClose(reference.Tensors["losses"], tensor(losses.ToArray()));
        var kept = network.NamedTensors().Where(item => reference.Tensors.ContainsKey(item.Name)).ToList();
        Assert.Equal(7, kept.Count);
        Assert.All(kept, item => Fixture.AssertClose(reference.Tensors[item.Name], item.Tensor));
    }

    [Fact]
    public void AdamSteps_WithAFallingLearningRate_GivePyTorchsValues()
    {
        using var scope = NewDisposeScope();
        using var reference = SafeTensorsFile.Load(Fixture.PathOf("adam.safetensors"));
        var weight = new Parameter(reference.Tensors["weight.start"].clone());
        var bias = new Parameter(reference.Tensors["bias.start"].clone());
        using var adam = new Adam([weight, bias]);
        foreach (var (step, rate) in reference.Tensors["rates"].data<float>().ToArray().Index())
        {
            ((weight - reference.Tensors["weight.target"]).square().sum() + (bias - reference.Tensors["bias.target"]).pow(4).sum()).backward();
            adam.Step(step, rate);
        }

        Fixture.AssertClose(reference.Tensors["weight"], weight);
        Fixture.AssertClose(reference.Tensors["bias"], bias);
    }

    private static Network WithPyTorchsWeights(string name)
    {
        var network = Network.Create(name, new ImageShape(3, 32, 32), classes: 10);
        NetworkWeights.Load(network, Fixture.PathOf($"{name}.safetensors"));
        return network;
    }
}
