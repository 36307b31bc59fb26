using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

/// <summary>Fifty steps of training beside PyTorch's own, where PyTorch is installed (Debian: <c>apt install python3-torch</c>).</summary>
public sealed class TrainingStepsTests : IDisposable
{
    private const int Steps = 50, Images = 16;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Step_FiftyTimesInFp32_GivesPyTorchsLosses()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7);
        using var network = Network.Create("wrn-16-2", new ImageShape(3, 32, 32), classes: 10, seed: 1);
        NetworkWeights.Save(network, new([0, 0, 0], [1, 1, 1]), _directory["start.safetensors"]);
        var labels = randint(0, 10, [Steps, Images], ScalarType.Int64, generator: random);
        // Each class is a colour and a ramp, under noise: something that is learnt, but not at once.
        var images = randn([Steps, Images, 3, 32, 32], generator: random) + linspace(-1, 1, 32) * (labels.view(Steps, Images, 1, 1, 1) % 3 - 1) + labels.view(Steps, Images, 1, 1, 1) / 5.0 - 1;
        using (var stream = File.Create(_directory["batches.safetensors"]))
        {
            SafeTensorsFile.Save(stream, [("images", images.to(ScalarType.Float32)), ("labels", labels)]);
        }

        PyTorch.Run("training_steps.py", _directory["start.safetensors"], _directory["batches.safetensors"], _directory["out.safetensors"]);

        float[] losses = Train(network, images.to(ScalarType.Float32), labels);
        using var reference = SafeTensorsFile.Load(_directory["out.safetensors"]);
        float[] expected = [.. reference.Tensors["losses"].data<float>()];
        Assert.InRange(expected[^5..].Average(), 0, 0.8 * expected[..5].Average()); // it does learn
        // Sums of another order differ in their last bits, and training doubles such differences every few steps.
        Assert.All(expected.Zip(losses).Take(10), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-4));
        Assert.All(expected.Zip(losses), pair => Assert.Equal(pair.First, pair.Second, tolerance: 0.05));
    }

    private static float[] Train(Network network, Tensor images, Tensor labels)
    {
        network.train();
        using var sgd = new Sgd([.. network.parameters()], momentum: 0.9, weightDecay: 5e-4);
        var losses = new List<float>();
        for (int step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var loss = nn.functional.cross_entropy(network.call(images[step]), labels[step]);
            loss.backward();
            sgd.Step(learningRate: 0.1);
            losses.Add(loss.item<float>());
        }

        return [.. losses];
    }
}
