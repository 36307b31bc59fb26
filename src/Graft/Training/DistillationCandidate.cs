using Graft.Operations;

namespace Graft.Training;

/// <summary>A candidate operation at a position that is to learn the teacher's answers there.</summary>
/// <param name="Key">Names it in checkpoints and results.</param>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation with its initial values; the caller owns it.</param>
public sealed record DistillationCandidate(string Key, Position Position, Operation Operation);
