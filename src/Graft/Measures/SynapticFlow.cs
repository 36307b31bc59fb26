using Graft.Networks;
using Graft.Operations;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Measures;

/// <summary>
/// SynFlow (<b>Tanaka et al. 2020</b>, section 5, as a score of networks in <b>Abdelfattah et al. 2021</b>, eq. 2): R is the sum of outputs for an image of ones when every weight is
/// replaced by its absolute value; the score is Σ |θ · ∂R/∂θ| over all weights. No data is looked at. Batch normalisation is left out, as in Abdelfattah's code, so
/// that all flow is positive and rectifiers pass it. Here of the whole swapped network with distilled weights, as a logarithm.
/// </summary>
/// <remarks>In fp64: the flow of deep networks grows beyond fp32.</remarks>
public sealed class SynapticFlow : ILayers<Tensor>
{
    private readonly List<Tensor> _weights = [];

    private SynapticFlow()
    {
    }

    /// <summary>ln Σ |θ · ∂R/∂θ|; −∞ where nothing flows.</summary>
    /// <param name="network">The network; it is not changed.</param>
    public static double LogScore(Network network)
    {
        using var scope = NewDisposeScope();
        var (channels, height, width) = network.Definition.Image;
        var flow = new SynapticFlow();
        var device = network.parameters().First().device;
        network.Apply(flow, ones([1, channels, height, width], ScalarType.Float64, device)).sum().backward();
        return Math.Log(flow._weights.Sum(w => (w * w.grad!).sum().item<double>()));
    }

    /// <inheritdoc/>
    public Tensor Convolution(Conv2d layer, Tensor x) =>
        Functional.conv2d(x, Absolute(layer.weight), null, layer.stride, layer.padding, layer.dilation, layer.groups);

    /// <inheritdoc/>
    public Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = Activation.None) => x;

    /// <inheritdoc/>
    public Tensor Add(Tensor x, Tensor y, Activation activation = Activation.None) => x + y;

    /// <inheritdoc/>
    public Tensor Activate(Tensor x, Activation activation) => x;

    /// <inheritdoc/>
    public Tensor Gate(Tensor x, Tensor gate) => x * gate.sigmoid(); // positive, as all else

    /// <inheritdoc/>
    public Tensor SubsampleAndPad(Tensor x, int stride, int channels) => TensorLayers.Float32.SubsampleAndPad(x, stride, channels);

    /// <inheritdoc/>
    public Tensor GlobalAveragePool(Tensor x) => x.mean([2, 3], keepdim: true);

    /// <inheritdoc/>
    public Tensor Linear(Linear layer, Tensor x) => Functional.linear(x.flatten(1), Absolute(layer.weight!));

    // Leaves of their own: gradients in fp64, and those of the network stay as they are.
    private Tensor Absolute(Tensor weight)
    {
        var absolute = weight.detach().to(ScalarType.Float64).abs().requires_grad_();
        _weights.Add(absolute);
        return absolute;
    }
}
