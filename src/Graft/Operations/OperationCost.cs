namespace Graft.Operations;

/// <summary>What an operation costs.</summary>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of convolutions and fully connected layers for one image.</param>
/// <param name="Output">The shape of its output.</param>
public sealed record OperationCost(long Parameters, long MultiplyAccumulates, FeatureShape Output)
{
    // A value that is written, and read again backwards, takes as long as that many multiply-accumulates (docs/speed.md).
    private const double WorkOfActivation = 200;

    /// <summary>
    /// The values that its layers write for one image: the activations of <b>Radosavovic et al. 2020</b> (section 3.3), which predict run time where memory
    /// bounds it, with those of layers other than convolutions.
    /// </summary>
    public long Activations { get; init; }

    /// <summary>
    /// What it computes for one image, in multiply-accumulates: its own, and what it takes to write as many values. Small kernels and narrow layers are bound
    /// by memory, not by products.
    /// </summary>
    internal double Work => MultiplyAccumulates + (WorkOfActivation * Activations);
}
