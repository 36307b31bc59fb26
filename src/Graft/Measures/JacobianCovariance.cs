using Graft.Networks;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// jacob_cov (<b>Mellor et al. 2020</b>, arXiv 2006.04647v1, section 3; <b>Abdelfattah et al. 2021</b>): row n of J is the gradient of the sum of image n's
/// logits with respect to its pixels; with v the eigenvalues of the rows' correlation matrix, the score is −Σ (ln(v + k) + 1 / (v + k)), k = 1e-5. High where
/// the network answers differently around different images. Here of the whole swapped network with distilled weights and stored batch statistics, so that an
/// image's gradient is its own.
/// </summary>
internal sealed class JacobianCovariance : Measure
{
    private const double K = 1e-5;

    /// <inheritdoc/>
    public override string Name => "jacobianCovariance";

    /// <inheritdoc/>
    public override string Title => "jacob_cov";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 1.5;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => Score(subject.Network, subject.Images[0]);

    /// <summary>The score of a network on a batch; NaN where an image's gradient is the same for all pixels.</summary>
    /// <param name="network">The network; its mode is set to inference.</param>
    /// <param name="images">[N, C, H, W].</param>
    public static double Score(Network network, Tensor images)
    {
        using var scope = NewDisposeScope();
        network.eval();
        var x = images.detach().requires_grad_();
        var jacobian = autograd.grad([network.call(x).sum()], [x])[0];
        return Score(jacobian.flatten(1)); // [N, C, H, W] -> [N, D]
    }

    /// <summary>The score of a Jacobian [N, D].</summary>
    internal static double Score(Tensor jacobian)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = jacobian.to(ScalarType.Float64);
        rows -= rows.mean([1], keepdim: true);
        rows /= rows.Squared().sum(1, keepdim: true).sqrt();
        var correlation = rows.mm(rows.t());
        if (!correlation.isfinite().all().item<bool>())
        {
            return double.NaN;
        }

        var v = linalg.eigvalsh(correlation).Plus(K);
        return -v.log().Plus(v.reciprocal()).sum().item<double>();
    }
}
