namespace Graft.Operations;

/// <summary>What an operation costs.</summary>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of convolutions and fully connected layers for one image.</param>
/// <param name="Output">The shape of its output.</param>
public sealed record OperationCost(long Parameters, long MultiplyAccumulates, FeatureShape Output);
