namespace Graft.Analysis;

/// <summary>What tells the cells of a study apart.</summary>
/// <param name="Position">The position; none for the unchanged network, which is the same at all of them.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Epochs">The training length.</param>
internal readonly record struct CellKey(Place Position, string Operation, int Epochs)
{
    /// <summary>The key of what stands at a position.</summary>
    public static CellKey Of(Place position, string operation, int epochs) =>
        new(Unchanged.Is(position, operation) ? default : position, operation, epochs);
}
