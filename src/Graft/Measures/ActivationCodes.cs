using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// NASWOT (<b>Mellor et al. 2021</b>, "Neural architecture search without training", section 3): each rectifier says with one bit whether an image passes it;
/// two images are alike in as many units as their bits agree; the score is log |det K| of that N×N kernel. High where images are told apart. Here of the whole
/// swapped network, with the distilled weights in place of initial ones, and stored batch statistics.
/// </summary>
internal sealed class ActivationCodes : Measure
{
    /// <inheritdoc/>
    public override string Name => "naswot";

    /// <inheritdoc/>
    public override string Title => "NASWOT";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 3; // one of the first batch, and the products of all its codes

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => Score(subject.Network, subject.Images[0]);

    /// <summary>The score of a network on a batch; −∞ where two images have the same code, NaN in a network without rectifiers.</summary>
    /// <param name="network">The network; its mode is set to inference.</param>
    /// <param name="images">[N, C, H, W].</param>
    public static double Score(Network network, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        var codes = new Codes();
        network.Apply(codes, images);
        return codes.Kernel is { } kernel ? LogDeterminant(kernel) : double.NaN;
    }

    /// <summary>log |det K| by the eigenvalues' logarithms, which neither overflow nor underflow.</summary>
    internal static double LogDeterminant(Tensor kernel) => linalg.slogdet(kernel.to(ScalarType.Float64)).Item2.item<double>();

    /// <summary>In how many bits each pair of codes agrees: [N, A] of zeros and ones -> [N, N].</summary>
    internal static Tensor Agreement(Tensor codes)
    {
        var others = codes.negative().Plus(1);
        return codes.mm(codes.t()).Plus(others.mm(others.t()));
    }

    // Watches the bits of all rectifiers on the way through the network.
    private sealed class Codes() : ForwardingLayers<Tensor>(TensorLayers.Float32)
    {
        public Tensor? Kernel { get; private set; }

        public override Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = default) =>
            Watch(base.BatchNorm(layer, x, activation), activation);

        public override Tensor Add(Tensor x, Tensor y, Activation activation = default) => Watch(base.Add(x, y, activation), activation);

        public override Tensor Activate(Tensor x, Activation activation, bool keep = false) => Watch(base.Activate(x, activation, keep), activation);

        public override Tensor PRelu(PReLU layer, Tensor x)
        {
            var y = base.PRelu(layer, x);
            Watch(x, Activation.Relu); // whatever the sign of the slope
            return y;
        }

        private Tensor Watch(Tensor y, Activation activation)
        {
            if (IsRectifier(activation.Kind))
            {
                var agreement = Agreement(y.IsAbove(0).flatten(1).to(ScalarType.Float32)).to(ScalarType.Float64); // [N, C, H, W] -> [N, A] -> [N, N]
                Kernel = Kernel is null ? agreement : Kernel.Plus(agreement);
            }

            return y;
        }

        // What is zero, or bent, where its input is negative. Hard swish, swish and GELU change their sign with their input, too.
        private static bool IsRectifier(ActivationKind kind) =>
            kind
                is ActivationKind.Relu
                    or ActivationKind.Relu6
                    or ActivationKind.LeakyRelu
                    or ActivationKind.Elu
                    or ActivationKind.HardSwish
                    or ActivationKind.Silu
                    or ActivationKind.Gelu;
    }
}
