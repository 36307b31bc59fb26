using System.Text.Json.Serialization;

namespace Graft.Operations;

/// <summary>What an operation costs.</summary>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of convolutions and fully connected layers for one image.</param>
/// <param name="Output">The shape of its output.</param>
public sealed record OperationCost(long Parameters, long MultiplyAccumulates, FeatureShape Output)
{
    // A value that is written, and read again backwards, takes as long as that many multiply-accumulates (docs/speed.md).
    private const double WorkOfValue = 200;

    /// <summary>The values that its layers write for one image.</summary>
    [JsonIgnore]
    internal long Values { get; init; }

    /// <summary>
    /// What it computes for one image, in multiply-accumulates: its own, and what it takes to write as many values. Small kernels and narrow layers are bound
    /// by memory, not by products.
    /// </summary>
    [JsonIgnore]
    internal double Work => MultiplyAccumulates + (WorkOfValue * Values);
}
