using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Measures;

/// <summary>
/// SynFlow (<b>Tanaka et al. 2020</b>, section 5, as a score of networks in <b>Abdelfattah et al. 2021</b>, eq. 2): R is the sum of outputs for an image of
/// ones when every weight is replaced by its absolute value; the score is Σ |θ · ∂R/∂θ| over all weights. No data is looked at. Batch normalisation is left
/// out, as in Abdelfattah's code, so that all flow is positive and rectifiers pass it; so are other normalisations and activations. Here of the whole swapped
/// network with distilled weights, as a logarithm.
/// </summary>
/// <remarks>In fp64: the flow of deep networks grows beyond fp32.</remarks>
internal sealed class SynapticFlow : Measure
{
    /// <inheritdoc/>
    public override string Name => "synFlow";

    /// <inheritdoc/>
    public override string Title => "SynFlow, ln";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 0.1;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => LogScore(subject.Network);

    /// <summary>ln Σ |θ · ∂R/∂θ|; −∞ where nothing flows.</summary>
    /// <param name="network">The network; it is not changed.</param>
    public static double LogScore(Network network)
    {
        using var scope = NewDisposeScope();
        var (channels, height, width) = network.Definition.Image;
        var flow = new Flow();
        var device = network.parameters().First().device;
        network.Apply(flow, ones([1, channels, height, width], ScalarType.Float64, device)).sum().backward();
        return Math.Log(flow.Weights.Sum(w => (w * w.grad!).sum().item<double>()));
    }

    private sealed class Flow() : ForwardingLayers<Tensor>(TensorLayers.Float32)
    {
        public List<Tensor> Weights { get; } = [];

        public override Tensor Convolution(Conv2d layer, Tensor x) =>
            Functional.conv2d(x, Absolute(layer.weight), null, layer.stride, layer.padding, layer.dilation, layer.groups);

        public override Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = default) => x;

        public override Tensor Add(Tensor x, Tensor y, Activation activation = default) => x.Plus(y);

        public override Tensor Activate(Tensor x, Activation activation, bool keep = false) =>
            activation.Kind is ActivationKind.Sigmoid or ActivationKind.HardSigmoid ? x.sigmoid() : x; // gates stay gates

        public override Tensor GlobalAveragePool(Tensor x) => x.mean([2, 3], keepdim: true);

        public override Tensor Linear(Linear layer, Tensor x) => Functional.linear(x.flatten(1), Absolute(layer.weight!));

        public override Tensor Pad(Tensor x, Padding padding) => base.Pad(x, padding with { Value = 0 });

        public override Tensor Scale(ChannelScale layer, Tensor x) =>
            layer.Weight is { } weight ? x * Absolute(weight).view(x.dim() == 2 ? [1, -1] : [1, -1, 1, 1]) : x;

        public override Tensor Rescale(Tensor x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) => x;

        public override Tensor PRelu(PReLU layer, Tensor x) => x;

        public override Tensor ResponseNorm(Tensor x, ResponseNorm norm) => x;

        public override Tensor LayerNorm(LayerNorm layer, Tensor x) => x;

        // Leaves of their own: gradients in fp64, and those of the network stay as they are.
        private Tensor Absolute(Tensor weight)
        {
            var absolute = weight.detach().to(ScalarType.Float64).abs().requires_grad_();
            Weights.Add(absolute);
            return absolute;
        }
    }
}
