using Graft.Runtime;

namespace Graft.Analysis.Prediction;

/// <summary>
/// Kendall's τ-b of a predictor and the accuracy difference, with a 95 % percentile interval by bootstrap (Efron &amp; Tibshirani
/// 1993, section 13.3): cells are drawn with replacement within each position, and for each cell its seeds. Positions stay as they are: the interval is about
/// the network's positions, not about other networks.
/// </summary>
/// <param name="Tau">τ-b.</param>
/// <param name="Lower">The lower end of the interval.</param>
/// <param name="Upper">The upper end of the interval.</param>
/// <param name="Count">The number of cells.</param>
public sealed record RankCorrelation(double Tau, double Lower, double Upper, int Count)
{
    /// <summary>Fewer cells say nothing about their order.</summary>
    internal const int FewestCells = 5;

    private const int MostReplicates = 1000, FewestReplicates = 100;
    private const double PairBudget = 2e7; // pairs looked at in all replicates: about a second

    /// <summary>Correlates a predictor with the accuracy difference.</summary>
    /// <param name="substitutions">The cells.</param>
    /// <param name="predictor">The predictor's name.</param>
    /// <param name="withinPositions">Whether only pairs of one position count, so that differences between positions cannot pass for a relation.</param>
    internal static Computed<RankCorrelation> Of(IReadOnlyList<Substitution> substitutions, string predictor, bool withinPositions)
    {
        var cells = substitutions.Where(s => s.Values.ContainsKey(predictor) && s.Differences.Count > 0).ToList();
        var positions = cells.GroupBy(c => c.Position).Select(g => g.ToList()).ToList();
        if (cells.Count < FewestCells)
        {
            return new NotComputable(cells.Count == 0 ? "it has no value" : Invariant($"{Plural.Of(cells.Count, "cell")} with a value are too few"));
        }

        // Of fewer, an interval of 1.00 to 1.00 says nothing.
        int pairs = withinPositions ? positions.Sum(p => Pairs(p.Count)) : Pairs(cells.Count);
        if (pairs < Pairs(FewestCells))
        {
            return new NotComputable(
                Invariant($"{Plural.Of(pairs, "pair")} of cells at one position are fewer than the {Pairs(FewestCells)} that an interval needs"));
        }

        if (TauB(positions, c => c.Values[predictor], c => c.Difference, withinPositions) is not { } tau)
        {
            return new NotComputable("it, or the accuracy, does not vary");
        }

        int replicates = (int)Math.Clamp(PairBudget / pairs / 10, FewestReplicates, MostReplicates);
        var random = new SplitMix(Seed.Mix(1, cells.Count, positions.Count));
        var taus = new List<double>();
        for (int r = 0; r < replicates; r++)
        {
            // A cell that is drawn twice is the same point twice: tied with itself, it counts in no pair.
            var drawn = positions
                .Select(p => Draw(p.ConvertAll(c => (X: c.Values[predictor], Y: Statistics.MeanFraction(Draw(c.Differences, ref random)))), ref random))
                .ToList();
            if (TauB(drawn, c => c.X, c => c.Y, withinPositions) is { } value)
            {
                taus.Add(value);
            }
        }

        if (taus.Count < replicates / 2)
        {
            return new NotComputable(Invariant($"{Plural.Of(cells.Count, "cell")} are too few for an interval"));
        }

        double[] sorted = [.. taus.Order()];
        return new RankCorrelation(tau, Statistics.Quantile(sorted, 0.025), Statistics.Quantile(sorted, 0.975), cells.Count);
    }

    /// <summary>τ-b within groups or over all points; null where a quantity does not vary.</summary>
    internal static double? TauB<T>(IEnumerable<IEnumerable<T>> groups, Func<T, double> x, Func<T, double> y, bool within)
    {
        var points = groups.Select(g => (IReadOnlyList<(double, double)>)[.. g.Select(c => (x(c), y(c)))]).ToList();
        return KendallRank.TauB(within ? points : [[.. points.SelectMany(p => p)]]);
    }

    /// <summary>As many items as there are, with replacement.</summary>
    private static List<T> Draw<T>(IReadOnlyList<T> items, ref SplitMix random)
    {
        var drawn = new List<T>(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            drawn.Add(items[random.Next(items.Count)]);
        }

        return drawn;
    }

    private static int Pairs(int cells) => cells * (cells - 1) / 2;
}
