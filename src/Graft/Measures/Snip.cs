using Graft.Runtime;
namespace Graft.Measures;

/// <summary>
/// SNIP (<b>Lee, Ajanthan &amp; Torr 2019</b>, eq. 4–6; as a score in <b>Abdelfattah et al. 2021</b>, eq. 1): Σ |θ · ∂L/∂θ| of the mean gradient of all
/// batches. Here of the whole swapped network with distilled weights, in batch statistics as training will see them.
/// </summary>
internal sealed class Snip : Measure
{
    /// <inheritdoc/>
    public override string Name => "snip";

    /// <inheritdoc/>
    public override string Title => "SNIP, ln";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 4;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => Score(subject.Gradients);

    internal static double Score(GradientSums gradients) =>
        gradients.SumOverLayers(layer => (layer.Weight * layer.Signed.Over(gradients.Batches)).abs().sum());

    /// <inheritdoc/>
    public override double? Feature(double value) => Log(value);
}
