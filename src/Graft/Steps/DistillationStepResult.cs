namespace Graft.Steps;

/// <summary>The result of distilling a candidate.</summary>
/// <param name="Loss">Normalised loss on held-out images.</param>
/// <param name="Weights">The file of weights, relative to the workspace's artifacts.</param>
public sealed record DistillationStepResult(double Loss, string Weights);
