namespace Graft.Analysis.Sequential;

/// <summary>A cell that needs trials of the seeds 1 to <paramref name="Seeds"/>.</summary>
/// <param name="Position">The position; that of any cell for the unchanged network, which is the same at all of them.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Epochs">The training length.</param>
/// <param name="Seeds">How many seeds it needs, those that are there included.</param>
public sealed record SeedRequest(Place Position, string Operation, int Epochs, int Seeds)
{
    /// <summary>What tells the cell from others.</summary>
    internal CellKey Key => CellKey.Of(Position, Operation, Epochs);
}
