using Graft.Networks;
using Graft.Operations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// NASWOT (<b>Mellor et al. 2021</b>, "Neural architecture search without training", section 3): each rectifier says with one bit whether an image passes it; two images are alike
/// in as many units as their bits agree; the score is log |det K| of that N×N kernel. High where images are told apart. Here of the whole swapped network, with the
/// distilled weights in place of initial ones, and stored batch statistics.
/// </summary>
public sealed class ActivationCodes : ILayers<Tensor>
{
    private readonly ILayers<Tensor> _inner;
    private Tensor? _kernel;

    private ActivationCodes(ILayers<Tensor> inner) => _inner = inner;

    /// <summary>The score of a network on a batch; −∞ where two images have the same code, NaN in a network without rectifiers.</summary>
    /// <param name="network">The network; its mode is set to inference.</param>
    /// <param name="images">[N, C, H, W].</param>
    public static double Score(Network network, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        var codes = new ActivationCodes(TensorLayers.Float32);
        network.Apply(codes, images);
        return codes._kernel is { } kernel ? LogDeterminant(kernel) : double.NaN;
    }

    /// <inheritdoc/>
    public Tensor Convolution(Conv2d layer, Tensor x) => _inner.Convolution(layer, x);

    /// <inheritdoc/>
    public Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = Activation.None) => Watch(_inner.BatchNorm(layer, x, activation), activation);

    /// <inheritdoc/>
    public Tensor Add(Tensor x, Tensor y, Activation activation = Activation.None) => Watch(_inner.Add(x, y, activation), activation);

    /// <inheritdoc/>
    public Tensor Activate(Tensor x, Activation activation) => Watch(_inner.Activate(x, activation), activation);

    /// <inheritdoc/>
    public Tensor Gate(Tensor x, Tensor gate) => _inner.Gate(x, gate);

    /// <inheritdoc/>
    public Tensor SubsampleAndPad(Tensor x, int stride, int channels) => _inner.SubsampleAndPad(x, stride, channels);

    /// <inheritdoc/>
    public Tensor GlobalAveragePool(Tensor x) => _inner.GlobalAveragePool(x);

    /// <inheritdoc/>
    public Tensor Linear(Linear layer, Tensor x) => _inner.Linear(layer, x);

    /// <summary>log |det K| by the eigenvalues' logarithms, which neither overflow nor underflow.</summary>
    internal static double LogDeterminant(Tensor kernel) => linalg.slogdet(kernel.to(ScalarType.Float64)).Item2.item<double>();

    /// <summary>In how many bits each pair of codes agrees: [N, A] of zeros and ones -> [N, N].</summary>
    internal static Tensor Agreement(Tensor codes)
    {
        var others = 1 - codes;
        return codes.mm(codes.t()) + others.mm(others.t());
    }

    private Tensor Watch(Tensor y, Activation activation)
    {
        if (activation != Activation.None)
        {
            var agreement = Agreement((y > 0).flatten(1).to(ScalarType.Float32)).to(ScalarType.Float64); // [N, C, H, W] -> [N, A] -> [N, N]
            _kernel = _kernel is null ? agreement : _kernel + agreement;
        }

        return y;
    }
}
