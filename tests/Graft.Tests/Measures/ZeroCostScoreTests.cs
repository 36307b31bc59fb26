using Graft.Measures;
using static TorchSharp.torch;

namespace Graft.Tests.Measures;

/// <summary>Scores that need no training, on cases worked out by hand.</summary>
public sealed class ZeroCostScoreTests
{
    // Ones flow through 2·|-2| to |3| + |-0.5|: R = 4 · 3.5 = 14, and as R is linear in each layer's weights, θ · ∂R/∂θ sums to R in both layers.
    [Fact]
    public void SynFlow_TwoLayers_IsTwiceTheFlow()
    {
        using var network = HandNetwork.Create(-2, 3, -0.5f);

        Assert.Equal(Math.Log(28), SynapticFlow.LogScore(network), tolerance: 1e-12);
        Assert.All(network.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void SynFlow_DeepNetwork_IsFinite()
    {
        using var network = Graft.Networks.Network.Create("resnet-110", new(3, 8, 8), classes: 10);

        Assert.True(double.IsFinite(SynapticFlow.LogScore(network)));
    }

    // 101 and 111 agree in two of three bits: det [[3, 2], [2, 3]] = 5.
    [Fact]
    public void Naswot_TwoCodes_IsTheLogarithmOfTheDeterminant()
    {
        using var scope = NewDisposeScope();
        var agreement = ActivationCodes.Agreement(tensor(new float[,] { { 1, 0, 1 }, { 1, 1, 1 } }));

        Assert.Equal([3, 2, 2, 3], agreement.data<float>().ToArray());
        Assert.Equal(Math.Log(5), ActivationCodes.LogDeterminant(agreement), tolerance: 1e-12);
    }

    // Of 64 pixels one image passes 16, the other 48, of which 16 are the same: they agree in 16 + 16 bits. det [[64, 32], [32, 64]] = 3072.
    [Fact]
    public void Naswot_Network_CountsItsRectifiers()
    {
        using var network = HandNetwork.Create(1, 1, 1);
        using var images = full([2, 1, 8, 8], -1f);
        images[0, 0, ..2].fill_(1);
        images[1, 0, ..6].fill_(1);

        Assert.Equal(Math.Log(3072), ActivationCodes.Score(network, images), tolerance: 1e-9);
    }

    [Fact]
    public void Naswot_EqualImages_AreNotToldApart()
    {
        using var network = HandNetwork.Create(1, 1, 1);
        using var images = ones(2, 1, 8, 8);

        Assert.Equal(double.NegativeInfinity, ActivationCodes.Score(network, images));
    }

    [Fact]
    public void JacobianCovariance_UncorrelatedRows_HaveEigenvaluesOfOne()
    {
        using var rows = tensor(new float[,] { { 1, -1, 0, 0 }, { 0, 0, 1, -1 } });

        Assert.Equal(-2 * (Math.Log(1.00001) + (1 / 1.00001)), JacobianCovariance.Score(rows), tolerance: 1e-12);
    }

    [Fact]
    public void JacobianCovariance_EqualRows_HaveEigenvaluesOfTwoAndZero()
    {
        using var rows = tensor(new float[,] { { 1, -1, 0, 0 }, { 2, -2, 0, 0 } });

        Assert.Equal(-(Math.Log(2.00001) + (1 / 2.00001) + Math.Log(1e-5) + 1e5), JacobianCovariance.Score(rows), tolerance: 1e-3);
    }

    [Fact]
    public void JacobianCovariance_GradientThatIsTheSameForAllPixels_IsNaN()
    {
        using var network = HandNetwork.Create(1, 1, 1);
        using var images = ones(2, 1, 8, 8);

        Assert.Equal(double.NaN, JacobianCovariance.Score(network, images));
    }

    // Mean gradient of the classes' weights (2, -1): (2, -2), and 0 of the convolution. ZiCo: |g| has mean (2, 2) and deviation (1, 0), which leaves 2 / 1.
    [Fact]
    public void GradientSums_TwoBatches_AreAsByHand()
    {
        using var network = HandNetwork.Create(1, 2, -1);
        using var scope = NewDisposeScope();
        var gradients = new GradientSums(network, _ => { });
        foreach (float[] gradient in new float[][] { [1, -2], [3, -2] })
        {
            foreach (var parameter in network.parameters())
            {
                parameter.grad = parameter.dim() == 2 ? tensor(gradient).reshape(2, 1) : zeros_like(parameter);
            }

            gradients.Add();
        }

        Assert.Equal(Math.Sqrt(8), GradientNorm.Score(gradients), tolerance: 1e-12);
        Assert.Equal(6, Snip.Score(gradients), tolerance: 1e-12);
        Assert.Equal(Math.Log(2), Zico.Score(gradients), tolerance: 1e-12);
    }

    // The teacher says 1/2 to both classes, the other 3/4 to the right one.
    [Fact]
    public void AnswerComparison_OneImage_IsAsByHand()
    {
        using var scope = NewDisposeScope();
        var comparison = new AnswerComparison();
        comparison.Add(new(zeros(1, 2), zeros([1], ScalarType.Int64)), tensor(new[,] { { MathF.Log(3), 0 } }));

        Assert.Equal(Math.Log(2.0 / 3), comparison.LossRise, tolerance: 1e-6);
        Assert.Equal(Math.Log(4.0 / 3) / 2, comparison.Divergence, tolerance: 1e-6);
        Assert.Equal((1, 1), (comparison.Accuracy, comparison.Images));
    }

    // (1 + 0 + 4) / (1 + 4 + 9 + 4).
    [Fact]
    public void RelativeError_TwoBatches_IsAsByHand()
    {
        using var scope = NewDisposeScope();
        var error = new RelativeError();
        error.Add(tensor(new[] { 2f, 2f }), tensor(new[] { 1f, 2f }));
        error.Add(tensor(new[] { 3f, 4f }), tensor(new[] { 3f, 2f }));

        Assert.Equal(5.0 / 18, error.Value, tolerance: 1e-12);
    }
}
