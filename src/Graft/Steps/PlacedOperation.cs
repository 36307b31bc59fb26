namespace Graft.Steps;

/// <summary>An operation that takes the place of the teacher's own at a position.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Distillation">The key of the step that distilled it; null for operations that have nothing to learn.</param>
public sealed record PlacedOperation(int Position, string Operation, string? Distillation);
