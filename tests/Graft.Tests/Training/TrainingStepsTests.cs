using System.Text.Json;
using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

/// <summary>Fifty steps of training beside PyTorch's own, where PyTorch is installed (Debian: <c>apt install python3-torch</c>).</summary>
public sealed class TrainingStepsTests : IDisposable
{
    private const int Steps = 50, Images = 16, Size = 8;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // In fp64 rounding plays no part: what differs is another optimizer, another loss, another batch normalisation.
    [Fact]
    public void Step_FiftyTimesInFp64_GivesPyTorchsLosses()
    {
        var (expected, computed) = Run(TensorLayers.Float64);

        Assert.InRange(expected.Float64[^5..].Average(), 0, 0.8 * expected.Float64[..5].Average()); // it does learn
        Assert.All(expected.Float64.Zip(computed), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-6));
    }

    // Rounding alone differs, until it puts a value on the other side of a rectifier's kink (here after 15 steps with one thread, after 20 with two): from
    // there on runs part.
    [Fact]
    public void Step_FiftyTimesInFp32_StaysWithFp64UntilRoundingDecides()
    {
        var (expected, computed) = Run(TensorLayers.Float32);

        double[] errors = [.. expected.Float64.Zip(computed, (a, b) => Math.Abs(a - b))];
        Assert.InRange(errors.Take(10).Max(), 0, 5e-6);
        Assert.InRange(errors.Max(), 0, 0.2);
        Assert.InRange(expected.Float64.Zip(expected.Float32, (a, b) => Math.Abs(a - b)).Take(10).Max(), 0, 5e-6);
    }

    private (Losses Expected, double[] Computed) Run(TensorLayers layers)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7);
        using var network = Network.Create("wrn-16-2", new ImageShape(3, Size, Size), classes: 10, seed: 1);
        NetworkWeights.Save(network, new([0, 0, 0], [1, 1, 1]), _directory["start.safetensors"]);
        var labels = randint(0, 10, [Steps, Images], ScalarType.Int64, generator: random);
        // Each class is a colour and a ramp, under noise: something that is learnt, but not at once.
        var shade = labels.view(Steps, Images, 1, 1, 1);
        var images = (randn([Steps, Images, 3, Size, Size], generator: random) + linspace(-1, 1, Size) * (shade % 3 - 1) + shade / 5.0 - 1).to(
            ScalarType.Float32
        );
        using (var stream = File.Create(_directory["batches.safetensors"]))
        {
            SafeTensorsFile.Save(stream, [("images", images), ("labels", labels)]);
        }

        string printed = PyTorch.Run("training_steps.py", _directory["start.safetensors"], _directory["batches.safetensors"]);
        return (JsonSerializer.Deserialize<Losses>(printed, JsonSerializerOptions.Web)!, Train(network, images, labels, layers));
    }

    private static double[] Train(Network network, Tensor images, Tensor labels, TensorLayers layers)
    {
        var type = layers == TensorLayers.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        network.to(type);
        network.train();
        using var sgd = new Sgd([.. network.parameters()], momentum: 0.9, weightDecay: 5e-4);
        var losses = new List<double>();
        for (int step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var loss = nn.functional.cross_entropy(network.Apply(layers, images[step].to(type)), labels[step]);
            loss.backward();
            sgd.Step(learningRate: 0.1);
            losses.Add(loss.to(ScalarType.Float64).item<double>());
        }

        return [.. losses];
    }

    private sealed record Losses(double[] Float64, double[] Float32);
}
