using Graft.Operations;

namespace Graft.Training;

/// <summary>A candidate operation at a position that is to learn the teacher's answers there.</summary>
/// <param name="Key">Names it in checkpoints and results.</param>
/// <param name="Position">The position, or the run of them: its input is the candidate's, its output the target.</param>
/// <param name="Operation">The operation with its initial values; the caller owns it.</param>
/// <param name="BeginsAfresh">
/// Whether the initial values stay even where the recipe lets candidates begin with the teacher's: a control of what starting anew costs.
/// </param>
internal sealed record DistillationCandidate(string Key, Position Position, Operation Operation, bool BeginsAfresh = false)
{
    /// <summary>
    /// The operation's name: candidates of one name at one place that begin with the same values learn the same. Null for one that is like no other.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The file of the weights that it goes on from; null to begin as the recipe says.</summary>
    public string? Weights { get; init; }
}
