namespace Graft.Analysis;

/// <summary>
/// The step-down correction of <b>Holm 1979</b>: the chance of even one false alarm among all tests stays below the level, however the tests depend on each
/// other. Cells of a table do: they share a teacher.
/// </summary>
internal static class HolmCorrection
{
    /// <summary>The corrected p-values, in the order of the given ones.</summary>
    /// <param name="pValues">The p-values of one family of tests, each in [0, 1].</param>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        var adjusted = new double[pValues.Count];
        double largest = 0;
        foreach (var (index, p, left) in Ranked(pValues))
        {
            adjusted[index] = largest = Math.Max(largest, Math.Min(1, left * p));
        }

        return adjusted;
    }

    /// <summary>The level at which each test is made when its turn comes: α divided by the number of tests whose p-value is not smaller.</summary>
    /// <param name="pValues">The p-values of one family of tests.</param>
    /// <param name="alpha">The level of the family.</param>
    public static double[] Levels(IReadOnlyList<double> pValues, double alpha)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        var levels = new double[pValues.Count];
        foreach (var (index, _, left) in Ranked(pValues))
        {
            levels[index] = alpha / left;
        }

        return levels;
    }

    /// <summary>
    /// The level at which the procedure ended: α divided by the number of tests that found nothing, α if all found something. Exactly the tests that found
    /// something have p-values up to this level, so that intervals of one minus this level agree with all of them.
    /// </summary>
    /// <param name="pValues">The p-values of one family of tests.</param>
    /// <param name="alpha">The level of the family.</param>
    public static double LastLevel(IReadOnlyList<double> pValues, double alpha) => alpha / Math.Max(1, Adjust(pValues).Count(p => p > alpha));

    // In the order of testing: the smallest first, with the number of tests that are not yet made.
    private static IEnumerable<(int Index, double PValue, int Left)> Ranked(IReadOnlyList<double> pValues) =>
        pValues.Select((p, index) => (index, p)).OrderBy(x => x.p).Select((x, rank) => (x.index, x.p, pValues.Count - rank));
}
