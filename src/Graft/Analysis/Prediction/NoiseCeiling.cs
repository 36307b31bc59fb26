using Graft.Runtime;

namespace Graft.Analysis.Prediction;

/// <summary>
/// How well accuracy predicts itself: Kendall's τ-b between the mean accuracy differences of one half of the seeds and those of the other, averaged over the
/// ways to halve them. A predictor that orders cells as well as this orders them as well as half of the seeds can. As halves are noisier than the whole, it is
/// a cautious estimate.
/// </summary>
/// <param name="Within">Over pairs of cells at one position.</param>
/// <param name="Across">Over all pairs of cells.</param>
/// <param name="SeedsInHalf">Seeds of the smaller half.</param>
/// <param name="Splits">How many ways to halve were averaged over.</param>
public sealed record NoiseCeiling(double? Within, double Across, int SeedsInHalf, int Splits)
{
    private const int MostSplits = 100;

    /// <summary>Computes the ceiling from as many seeds as enough cells have: cells with fewer are left out, and of those with more the first count.</summary>
    internal static Computed<NoiseCeiling> Of(IReadOnlyList<Substitution> substitutions)
    {
        int most = substitutions.Select(s => s.Differences.Count).DefaultIfEmpty().Max();
        if (most < 2)
        {
            return new NotComputable(most == 0 ? "nothing was tried" : "one seed has no halves");
        }

        int seeds = substitutions.Select(s => s.Differences.Count).OrderDescending().ElementAtOrDefault(RankCorrelation.FewestCells - 1);
        if (seeds < 2)
        {
            return new NotComputable(Invariant($"fewer than {RankCorrelation.FewestCells} cells have two seeds"));
        }

        var positions = substitutions.Where(s => s.Differences.Count >= seeds)
            .Select(s => s with { Differences = [.. s.Differences.Take(seeds)] })
            .GroupBy(s => s.Position)
            .Select(g => g.ToList())
            .ToList();
        var within = new List<double>();
        var across = new List<double>();
        var splits = Halves(seeds);
        foreach (var first in splits)
        {
            double Half(Substitution s, bool one) => Statistics.MeanFraction(s.Differences.Where((_, seed) => first.Contains(seed) == one));
            within.AddRange(Tau(true) is { } inside ? [inside] : []);
            across.AddRange(Tau(false) is { } all ? [all] : []);

            double? Tau(bool inPosition) => RankCorrelation.TauB(positions, s => Half(s, true), s => Half(s, false), inPosition);
        }

        return across.Count == 0
            ? new NotComputable("accuracy does not vary between cells")
            : new NoiseCeiling(within.Count > 0 ? within.Average() : null, across.Average(), seeds / 2, splits.Count);
    }

    // Every way to take half of the seeds; of an even number each way once, not also from the other side. Of many seeds a hundred, drawn.
    private static List<HashSet<int>> Halves(int seeds)
    {
        int half = seeds / 2;
        var all = Enumerable.Range(0, seeds).ToList();
        if (seeds <= 10)
        {
            return [.. Enumerable.Range(0, 1 << seeds)
                .Where(mask => int.PopCount(mask) == half && (seeds % 2 == 1 || (mask & 1) == 1))
                .Select(mask => all.Where(i => (mask >> i & 1) == 1).ToHashSet())];
        }

        return [.. Enumerable.Range(0, MostSplits).Select(split => all.OrderBy(i => Seed.Mix(split, i)).Take(half).ToHashSet())];
    }
}
