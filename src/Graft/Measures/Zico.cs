using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// ZiCo (<b>Li et al. 2023</b>, eq. 16): Σ over layers of ln Σ E|∂L/∂θ| / √Var|∂L/∂θ|, mean and variance over batches; NaN with fewer than two. Weights whose
/// gradient does not vary are left out, as in the authors' code, which takes the deviation of signed gradients where the paper has that of absolute ones; here
/// it is the paper's. Of the whole swapped network with distilled weights, in batch statistics as training will see them.
/// </summary>
internal sealed class Zico : Measure
{
    /// <inheritdoc/>
    public override string Name => "zico";

    /// <inheritdoc/>
    public override string Title => "ZiCo";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 4;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => Score(subject.Gradients);

    internal static double Score(GradientSums gradients) =>
        gradients.Batches < 2 ? double.NaN : gradients.SumOverLayers(layer =>
        {
            var mean = layer.Absolute.Over(gradients.Batches);
            var std = (layer.Square.Over(gradients.Batches) - mean.Squared()).AtLeast(0).sqrt();
            var ratios = where(std.IsAbove(0), mean / std, zeros_like(std)).sum();
            return where(ratios.IsAbove(0), ratios.log(), zeros_like(ratios));
        });
}
