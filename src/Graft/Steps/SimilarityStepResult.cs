namespace Graft.Steps;

/// <summary>The result of a <see cref="SimilarityStep"/>.</summary>
/// <param name="Cka">Linear CKA of each pair of candidates, a symmetric matrix in the step's order; null where a candidate answers the same for all images.</param>
public sealed record SimilarityStepResult(IReadOnlyList<IReadOnlyList<double?>> Cka);
