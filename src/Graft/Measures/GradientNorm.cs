using Graft.Runtime;
namespace Graft.Measures;

/// <summary>
/// Gradient norm (<b>Abdelfattah et al. 2021</b>, section 3.2): sum over layers of the Euclidean norm of the mean gradient of all batches. Here of the whole
/// swapped network with distilled weights, in batch statistics as training will see them.
/// </summary>
internal sealed class GradientNorm : Measure
{
    /// <inheritdoc/>
    public override string Name => "gradientNorm";

    /// <inheritdoc/>
    public override string Title => "gradient norm, ln";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 4;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => Score(subject.Gradients);

    internal static double Score(GradientSums gradients) =>
        gradients.SumOverLayers(layer => layer.Signed.Over(gradients.Batches).norm());

    /// <inheritdoc/>
    public override double? Feature(double value) => Log(value);
}
