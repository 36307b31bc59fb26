namespace Graft.Analysis;

/// <summary>A line of a table of variance.</summary>
/// <param name="SumOfSquares">The sum of squares that the effect explains beside the others (type II).</param>
/// <param name="DegreesOfFreedom">Its degrees of freedom.</param>
/// <param name="F">Its mean square over that of the residual.</param>
/// <param name="PValue">The p-value of no effect.</param>
/// <param name="PartialEtaSquared">SS / (SS + SS of the residual): the share of what is not explained otherwise, in this sample.</param>
/// <param name="PartialOmegaSquared">The same share in the population, nearly unbiased: df·(F − 1) / (df·(F − 1) + N), at least 0 (<b>Olejnik &amp; Algina
/// 2003</b>).</param>
public sealed record AnovaEffect(double SumOfSquares, int DegreesOfFreedom, double F, double PValue, double PartialEtaSquared, double PartialOmegaSquared);
