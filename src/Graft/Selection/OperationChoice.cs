namespace Graft.Selection;

/// <summary>An operation that a position can hold, or a run of positions that begins there, with what the selection weighs.</summary>
/// <param name="Operation">The operation's name.</param>
/// <param name="Score">How much worse the network becomes when this operation alone replaces the teacher's; the teacher's own has 0.</param>
/// <param name="Cost">What it costs there.</param>
internal sealed record OperationChoice(string Operation, double Score, ArchitectureCost Cost)
{
    /// <summary>How many neighbouring positions it stands for.</summary>
    public int Length { get; init; } = 1;
}
