namespace Graft.Analysis.Findings;

/// <summary>How accuracy goes together with what a network costs, at one training length (a point is the mean of a cell).</summary>
/// <param name="Epochs">The training length.</param>
/// <param name="Quantity">The cost.</param>
/// <param name="Scope"><c>all</c>: all cells together; <c>within</c>: within positions, pooled; else the position.</param>
/// <param name="Correlation">The correlation of accuracy, and so of the difference to the teacher, with the cost.</param>
public sealed record CorrelationFinding(int Epochs, CostQuantity Quantity, string Scope, Computed<Correlation> Correlation);
