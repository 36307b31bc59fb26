using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>An operation that a position may get.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Cost">What it costs there.</param>
/// <param name="Distillation">The step that distils it; null where there is nothing to learn.</param>
/// <param name="Score">The step that scores it; null for the teacher's own operation, whose score is 0.</param>
public sealed record AccelerationCandidate(Position Position, OperationSpec Operation, OperationCost Cost, DistillationStep? Distillation, ScoreStep? Score);
