namespace Graft.Steps;

/// <summary>One candidate of a <see cref="SimilarityStep"/>.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Distillation">The key of the step that distilled it; null for operations that have nothing to learn, and for the teacher's own.</param>
public sealed record SimilarityCandidate(string Operation, string? Distillation);
