namespace Graft.Analysis;

/// <summary>The p-values of one question, asked with two estimates of training noise.</summary>
/// <param name="Pooled">With the noise of all cells of a table: sure where they are about equally noisy. To be corrected for the number of questions.</param>
/// <param name="Own">With the noise of the two cells alone: right however uneven the noise is. Guards against a cell, or a baseline, that is noisier than the
/// others.</param>
internal readonly record struct PValues(double Pooled, double Own)
{
    /// <summary>The level at which the test with own noise is made when a verdict is asked for (docs/statistics.md says why, and what it costs).</summary>
    public const double OwnLevel = 0.02;

    /// <summary>The p-value of the one question by itself: both tests have to find it.</summary>
    public double Single => Math.Max(Pooled, Own);

    /// <summary>The p-values of a family at <paramref name="alpha"/>: the pooled ones corrected by <see cref="HolmCorrection"/>, and none smaller than its own
    /// one over <see cref="OwnLevel"/> allows.</summary>
    public static double[] Correct(IReadOnlyList<PValues> family, double alpha)
    {
        ArgumentNullException.ThrowIfNull(family);
        double[] pooled = HolmCorrection.Adjust([.. family.Select(p => p.Pooled)]);
        return [.. pooled.Zip(family, (corrected, p) => Math.Max(corrected, Math.Min(1, p.Own * alpha / OwnLevel)))];
    }
}
