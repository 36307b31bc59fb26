namespace Graft.Analysis.Prediction;

/// <summary>One candidate at one position, with what was measured before training and what came of it.</summary>
/// <param name="Position">The position, from 1.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Differences">Accuracy less the teacher's that was trained on as long, of each seed, as fractions; empty for a substitution that was not
/// tried.</param>
/// <param name="Values">The predictors by name, means over seeds; one that has no value is missing.</param>
public sealed record Substitution(Place Position, string Operation, IReadOnlyList<double> Differences, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Mean of <see cref="Differences"/>; NaN without any.</summary>
    public double Difference => Differences.Count == 0 ? double.NaN : Statistics.MeanFraction(Differences);
}
