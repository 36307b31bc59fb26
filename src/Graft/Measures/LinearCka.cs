using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// Linear centred kernel alignment (<b>Kornblith et al. 2019</b>, section 3, eq. 2–3): HSIC(K, L) / √(HSIC(K, K) · HSIC(L, L)) with K = XXᵀ and L = YYᵀ,
/// centred. Images are the examples; a feature map [N, C, H, W] is a matrix of N rows. 1 for equal maps up to rotation and scale, and for few images biased
/// upwards, alike for all candidates.
/// </summary>
internal sealed class LinearCka : Measure
{
    private const double Rounding = 1e-6; // of fp32, for sums of few

    /// <inheritdoc/>
    public override string Name => "cka";

    /// <inheritdoc/>
    public override string Title => "linear CKA with the teacher";

    /// <inheritdoc/>
    public override int Revision => 2; // 1: a map that is the same for all images had a similarity of about 0, as its mean is rounded

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 1;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => Of(subject.Output, subject.Target);

    /// <summary>The similarity of two feature maps, in [0, 1]; NaN where one is the same for all images.</summary>
    /// <param name="x">[N, …].</param>
    /// <param name="y">[N, …]; the other dimensions may differ from those of <paramref name="x"/>.</param>
    public static double Of(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Similarity(Kernel(x), Kernel(y));
    }

    /// <summary>
    /// The centred kernel of a feature map, scaled to Frobenius norm 1: [N, …] -> [N, N] in fp64; NaN where the map is the same for all images. The caller
    /// owns it.
    /// </summary>
    internal static Tensor Kernel(Tensor features)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = features.flatten(1).to(ScalarType.Float32); // [N, C, H, W] -> [N, D]
        bool isConstant = Largest(x - x[..1]) <= Rounding * Largest(x); // what its mean leaves of it is rounding
        x -= x.mean([0], keepdim: true); // centring the features centres the kernel
        var kernel = x.mm(x.t()).to(ScalarType.Float64);
        if (isConstant)
        {
            kernel.zero_(); // 0 / 0
        }

        return (kernel / kernel.Squared().sum().sqrt()).MoveToOuterDisposeScope();
    }

    private static float Largest(Tensor values) => values.abs().max().item<float>();

    /// <summary>The alignment of two kernels that <see cref="Kernel"/> gave.</summary>
    internal static double Similarity(Tensor kernel, Tensor other)
    {
        using var product = kernel * other;
        using var sum = product.sum();
        return sum.item<double>();
    }
}
