using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>Kendall's rank correlation τ-b, with ties, within groups (<b>Kendall 1970</b>, chapters 3–4).</summary>
internal static class KendallRank
{
    /// <summary>τ-b; null where a quantity is constant within every group: it is not defined then.</summary>
    /// <param name="groups">The points of each group; pairs are formed within groups.</param>
    public static double? TauB(IReadOnlyList<IReadOnlyList<(double X, double Y)>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        double score = 0, pairsX = 0, pairsY = 0;
        foreach (var group in groups.Where(g => g.Count > 1))
        {
            double n = group.Count;
            score += Score([.. group.Select(p => p.X)], [.. group.Select(p => p.Y)]);
            pairsX += ((n * (n - 1)) - Ties(group.Select(p => p.X)).Pairs) / 2;
            pairsY += ((n * (n - 1)) - Ties(group.Select(p => p.Y)).Pairs) / 2;
        }

        return pairsX == 0 || pairsY == 0 ? null : score / Math.Sqrt(pairsX * pairsY);
    }

    /// <summary>
    /// The two-sided p-value of τ-b: exact for small groups (<see cref="RankOrders"/>), else by the normal approximation with correction for ties.
    /// </summary>
    /// <param name="groups">The points of each group, as for <see cref="TauB"/>.</param>
    public static double PValue(IReadOnlyList<IReadOnlyList<(double X, double Y)>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var used = groups.Where(g => g.Count > 1).ToList();
        var values = used.ConvertAll(g => (X: g.Select(p => p.X).ToArray(), Y: g.Select(p => p.Y).ToArray()));
        return RankOrders.PValue(values, Score)
            ?? Math.Min(1, 2 * Normal.CDF(0, 1, -Math.Abs(values.Sum(v => Score(v.X, v.Y))) / Math.Sqrt(used.Sum(Variance))));
    }

    // Of the score, over all orders.
    private static double Variance(IReadOnlyList<(double X, double Y)> group)
    {
        double n = group.Count;
        var tiesX = Ties(group.Select(p => p.X));
        var tiesY = Ties(group.Select(p => p.Y));
        return (((n * (n - 1) * ((2 * n) + 5)) - tiesX.Variance - tiesY.Variance) / 18)
            + (tiesX.Pairs * tiesY.Pairs / (2 * n * (n - 1)))
            + (n > 2 ? tiesX.Triples * tiesY.Triples / (9 * n * (n - 1) * (n - 2)) : 0);
    }

    // Pairs in the same order minus pairs in opposite order.
    private static double Score(double[] x, double[] y)
    {
        double score = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                score += Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
            }
        }

        return score;
    }

    // Sums over sets of t equal values: t(t − 1), t(t − 1)(t − 2) and t(t − 1)(2t + 5).
    private static (double Pairs, double Triples, double Variance) Ties(IEnumerable<double> values)
    {
        double[] sizes = [.. values.GroupBy(v => v).Select(g => (double)g.Count())];
        return (sizes.Sum(t => t * (t - 1)), sizes.Sum(t => t * (t - 1) * (t - 2)), sizes.Sum(t => t * (t - 1) * ((2 * t) + 5)));
    }
}
