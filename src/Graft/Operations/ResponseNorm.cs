namespace Graft.Operations;

/// <summary>Local response normalisation over neighbouring channels (Krizhevsky et al. 2012, section 3.3): x / (bias + alpha / size · Σ x²)^beta.</summary>
/// <param name="Size">The number of channels that are summed over.</param>
/// <param name="Alpha">α.</param>
/// <param name="Beta">β.</param>
/// <param name="Bias">What the sum is added to.</param>
public sealed record ResponseNorm(int Size, double Alpha, double Beta, double Bias);
