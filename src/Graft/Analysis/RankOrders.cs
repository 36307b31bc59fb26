namespace Graft.Analysis;

/// <summary>
/// The exact test of a relation of ranks within groups: in how many of all orders of the second quantity, each group by itself, its statistic would be as far
/// from 0 as it is (<b>Kendall 1970</b>, chapters 4–5). Normal and t approximations are far off for a handful of points: of two groups of two points there are
/// four orders, and no p-value is below 1/2.
/// </summary>
internal static class RankOrders
{
    /// <summary>The largest group whose orders are counted: 8! = 40,320.</summary>
    public const int LargestGroup = 8;

    /// <summary>The two-sided p-value; null where a group is too large.</summary>
    /// <param name="groups">The values of both quantities, for each group.</param>
    /// <param name="statistic">
    /// A group's part of the statistic, which is a sum over groups, of the first quantity and an order of the second: a whole number of quarters.
    /// </param>
    public static double? PValue(IReadOnlyList<(double[] X, double[] Y)> groups, Func<double[], double[], double> statistic)
    {
        if (groups.Any(g => g.X.Length > LargestGroup))
        {
            return null;
        }

        double found = Math.Abs(groups.Sum(g => statistic(g.X, g.Y)));
        var sums = new Dictionary<double, double> { [0] = 1 };
        foreach (var (x, y) in groups)
        {
            sums = Sums(sums, Values(x, y, statistic));
        }

        return Math.Min(1, sums.Where(s => Math.Abs(s.Key) >= found).Sum(s => s.Value));
    }

    // How often each value comes, over all orders.
    private static Dictionary<double, double> Values(double[] x, double[] y, Func<double[], double[], double> statistic)
    {
        var values = new Dictionary<double, double>();
        double[] order = [.. y];
        double part = 1;
        for (int n = 2; n <= y.Length; n++)
        {
            part /= n;
        }

        Visit(y.Length);
        return values;

        // Heap's algorithm.
        void Visit(int n)
        {
            if (n == 1)
            {
                Add(values, statistic(x, order), part);
                return;
            }

            for (int i = 0; i < n; i++)
            {
                Visit(n - 1);
                int other = n % 2 == 0 ? i : 0;
                (order[other], order[n - 1]) = (order[n - 1], order[other]);
            }
        }
    }

    private static Dictionary<double, double> Sums(Dictionary<double, double> a, Dictionary<double, double> b)
    {
        var sums = new Dictionary<double, double>();
        foreach (var (x, p) in a)
        {
            foreach (var (y, q) in b)
            {
                Add(sums, x + y, p * q);
            }
        }

        return sums;
    }

    // Values are whole numbers of quarters, as products of centred ranks are, and so exact.
    private static void Add(Dictionary<double, double> values, double value, double part) => values[value] = values.GetValueOrDefault(value) + part;
}
