using System.Text.Json;
using Graft.Formats;
using Graft.Measures;
using Graft.Networks;
using Graft.Tests.Fixtures;
using static TorchSharp.torch;

namespace Graft.Tests.Measures;

/// <summary>Scores that need no training, on a whole network, beside versions of our own in PyTorch: <c>zero_cost.py</c>.</summary>
public sealed class ZeroCostReferenceTests
{
    // Ours runs the network in fp32, the script in fp64. ZiCo divides by deviations over two batches, some of which are as small as rounding: 1.3 % apart.
    [Theory]
    [InlineData("gradientNorm", 1e-3)]
    [InlineData("snip", 1e-3)]
    [InlineData("zico", 3e-2)]
    [InlineData("synflow", 1e-9)]
    [InlineData("naswot", 1e-3)]
    [InlineData("jacobianCovariance", 1e-2)]
    public void Score_OfAWholeNetwork_IsThatOfTheScript(string name, double tolerance)
    {
        using var reference = JsonDocument.Parse(PyTorch.Run("zero_cost.py"));
        double expected = reference.RootElement.GetProperty(name).GetDouble();

        Assert.Equal(expected, Score(name), tolerance * Math.Abs(expected));
    }

    private static double Score(string name)
    {
        using var scope = NewDisposeScope();
        using var batch = SafeTensorsFile.Load(Fixture.PathOf("logits.safetensors"));
        using var network = Network.Create("wrn-10-1", new(3, 32, 32), classes: 10);
        NetworkWeights.Load(network, Fixture.PathOf("wrn-10-1.safetensors"));
        var images = batch.Tensors["input"];
        return name switch
        {
            "gradientNorm" => GradientNorm.Score(Gradients(network, images)),
            "snip" => Snip.Score(Gradients(network, images)),
            "zico" => Zico.Score(Gradients(network, images)),
            "synflow" => SynapticFlow.LogScore(network),
            "naswot" => ActivationCodes.Score(network, images),
            _ => JacobianCovariance.Score(network, images),
        };
    }

    private static GradientSums Gradients(Network network, Tensor images)
    {
        using var training = SafeTensorsFile.Load(Fixture.PathOf("training.safetensors"));
        var labels = training.Tensors["labels"];
        network.train();
        var gradients = new GradientSums(network, _ => { });
        foreach (var part in new[] { ..2, 2.. })
        {
            nn.functional.cross_entropy(network.call(images[part]), labels[part]).backward();
            gradients.Add();
        }

        return gradients;
    }
}
