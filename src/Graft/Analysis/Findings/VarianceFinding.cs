namespace Graft.Analysis.Findings;

/// <summary>How much of the spread of accuracies position and operation explain, at one training length.</summary>
/// <param name="Epochs">The training length.</param>
/// <param name="Anova">Position as rows, operation as columns; the unchanged network, which has no position, is not part of it.</param>
public sealed record VarianceFinding(int Epochs, Computed<TwoWayAnova> Anova);
