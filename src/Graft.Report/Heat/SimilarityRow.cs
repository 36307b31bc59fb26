namespace Graft.Report.Heat;

/// <summary>A row of a <see cref="SimilarityTable"/>.</summary>
/// <param name="Number">The operation's number in the list of all.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Cells">The places, one for each operation of the position.</param>
public sealed record SimilarityRow(int Number, string Operation, IReadOnlyList<HeatCell> Cells);
