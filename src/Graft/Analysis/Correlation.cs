using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Graft.Analysis;

/// <summary>
/// How two quantities go together: linearly (Pearson), in rank (Spearman) and in the order of pairs (Kendall's τ-b). Within groups, only differences inside a
/// group count: values are centred, ranks taken and pairs formed within each group, so that differences between groups cannot pass for a relation.
/// </summary>
/// <remarks>
/// p-values of Spearman and Kendall are exact where no group has more than 8 points; else Student's t with n − groups − 1 degrees of
/// freedom, as for Pearson, and the normal approximation with correction for ties (<b>Kendall 1970</b>, chapters 3–4), summed over groups as in <b>Hirsch,
/// Slack &amp; Smith 1982</b>. They take points for independent, which cells that share a teacher are not quite.
/// </remarks>
/// <param name="Count">The number of points.</param>
/// <param name="Groups">The number of groups.</param>
/// <param name="Pearson">Pearson's r.</param>
/// <param name="PearsonPValue">Its two-sided p-value.</param>
/// <param name="Spearman">Spearman's ρ.</param>
/// <param name="SpearmanPValue">Its two-sided p-value.</param>
/// <param name="KendallTau">Kendall's τ-b.</param>
/// <param name="KendallPValue">Its two-sided p-value.</param>
public sealed record Correlation(
    int Count, int Groups, double Pearson, double PearsonPValue, double Spearman, double SpearmanPValue, double KendallTau, double KendallPValue)
{
    /// <summary>Correlates the points of one group.</summary>
    internal static Computed<Correlation> Of(IReadOnlyList<(double X, double Y)> points) => Within([points]);

    /// <summary>Correlates within groups.</summary>
    /// <param name="groups">The points of each group; groups of one point add nothing and are left out.</param>
    public static Computed<Correlation> Within(IReadOnlyList<IReadOnlyList<(double X, double Y)>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var used = groups.Where(g => g.Count > 1).ToList();
        int count = used.Sum(g => g.Count), freedom = count - used.Count - 1;
        if (freedom < 1)
        {
            return new NotComputable(count == 0 ? "there are no two points to compare" : Invariant($"{count} points are too few"));
        }

        double[] x = [.. used.SelectMany(g => Centred(g.Select(p => p.X)))], y = [.. used.SelectMany(g => Centred(g.Select(p => p.Y)))];
        if (IsZero(x) || IsZero(y))
        {
            return new NotComputable("one of the two quantities does not vary");
        }

        double pearson = Cosine(x, y);
        var ranks = used.ConvertAll(g => (X: CentredRanks(g.Select(p => p.X)), Y: CentredRanks(g.Select(p => p.Y))));
        double spearman = Cosine([.. ranks.SelectMany(g => g.X)], [.. ranks.SelectMany(g => g.Y)]);
        return new Correlation(
            count,
            used.Count,
            pearson,
            PValue(pearson, freedom),
            spearman,
            RankOrders.PValue(ranks, Product) ?? PValue(spearman, freedom),
            KendallRank.TauB(used)!.Value,
            KendallRank.PValue(used)
        );
    }

    private static double PValue(double r, int freedom) =>
        1 - (r * r) <= 1e-15 ? 0 : 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(r) * Math.Sqrt(freedom / (1 - (r * r))));

    private static double[] CentredRanks(IEnumerable<double> values) =>
        [.. Centred(MathNet.Numerics.Statistics.Statistics.Ranks(values, RankDefinition.Average))];

    private static IEnumerable<double> Centred(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double mean = all.Average(), scale = all.Max(Math.Abs);
        return all.Select(v => Math.Abs(v - mean) <= 1e-14 * scale ? 0 : v - mean); // equal values stay equal
    }

    private static bool IsZero(double[] values) => Array.TrueForAll(values, v => v == 0);

    private static double Product(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static double Cosine(double[] x, double[] y) =>
        Math.Clamp(Product(x, y) / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b)), -1, 1);
}
