namespace Graft.Analysis;

/// <summary>An architecture with what was predicted of it and what came of it.</summary>
/// <param name="Group">Where it comes from.</param>
/// <param name="Score">The predicted loss of quality: lower is better.</param>
/// <param name="ChangedPositions">How many positions have another operation than the teacher.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="Loss">What came of it: a loss, a divergence from the teacher or a test error; lower is better.</param>
/// <param name="Accuracy">Its accuracy as a fraction, where it is known: by it one sees whether the order matters at all.</param>
internal sealed record JudgedArchitecture(ArchitectureGroup Group, double Score, int ChangedPositions, long Parameters, double Loss, double? Accuracy = null);
