namespace Graft.Analysis.Prediction;

/// <summary>The two maps of one position: how alike operations answer, and how far their accuracies are apart.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operations">The operations, in the order of rows and columns.</param>
/// <param name="Cka">
/// Linear CKA of distilled candidates, means over pairs of seeds; on the diagonal between seeds of one operation, which is as alike as an operation can be
/// expected to be to another (1 where it has but one). Null where it is not known.
/// </param>
/// <param name="AccuracyGaps">How far mean accuracies after training are apart, as fractions; null where one has no result.</param>
public sealed record PositionSimilarity(
    Place Position, IReadOnlyList<string> Operations, IReadOnlyList<IReadOnlyList<double?>> Cka, IReadOnlyList<IReadOnlyList<double?>> AccuracyGaps);
