using Graft.Runtime;
using MathNet.Numerics.Statistics;

namespace Graft.Analysis.Prediction;

/// <summary>
/// Whether two matrices of the same things go together (<b>Mantel 1967</b>): Spearman's ρ over pairs of things, averaged over groups, against what it is when
/// the things of one matrix are shuffled within their group (rows and columns alike), which keeps the dependence between pairs that share a thing.
/// </summary>
/// <param name="Rho">Mean of Spearman's ρ over groups.</param>
/// <param name="PValue">The part of shuffles, the unshuffled one among them, with a ρ at least as high.</param>
/// <param name="OppositePValue">The part with a ρ at least as low.</param>
/// <param name="Groups">Groups that could be used.</param>
/// <param name="Pairs">Pairs in all of them.</param>
/// <param name="Permutations">How many shuffles there were.</param>
public sealed record MantelTest(double Rho, double PValue, double OppositePValue, int Groups, int Pairs, int Permutations)
{
    private const int Shuffles = 9999, FewestThings = 4;

    /// <summary>Tests.</summary>
    /// <param name="groups">Two symmetric matrices for each group. Groups of fewer than four things, or where a matrix does not vary, are left out.</param>
    /// <param name="seed">Decides the shuffles.</param>
    internal static Computed<MantelTest> Of(IReadOnlyList<(double[][] X, double[][] Y)> groups, int seed = 0)
    {
        var ranked = groups.Where(g => g.X.Length >= FewestThings).Select(g => (X: Ranks(g.X), Y: Ranks(g.Y))).Where(g => Varies(g.X) && Varies(g.Y)).ToList();
        if (ranked.Count == 0)
        {
            return new NotComputable($"no position has {FewestThings} operations that differ in similarity and in accuracy");
        }

        double rho = ranked.Average(g => Correlate(g.X, g.Y, Identity(g.X)));
        var random = new SplitMix(Seed.Mix(seed, ranked.Count));
        int high = 1, low = 1;
        for (int shuffle = 0; shuffle < Shuffles; shuffle++)
        {
            double sum = 0;
            foreach (var (x, y) in ranked)
            {
                sum += Correlate(x, y, Shuffled(Identity(x), ref random));
            }

            high += sum / ranked.Count >= rho - 1e-12 ? 1 : 0;
            low += sum / ranked.Count <= rho + 1e-12 ? 1 : 0;
        }

        return new MantelTest(
            rho, high / (Shuffles + 1.0), low / (Shuffles + 1.0), ranked.Count, ranked.Sum(g => g.X.Length * (g.X.Length - 1) / 2), Shuffles);
    }

    // The ranks of the values above the diagonal, centred and scaled to length 1, as a symmetric matrix: a sum of products is then Spearman's rho.
    private static double[][] Ranks(double[][] matrix)
    {
        int n = matrix.Length;
        var pairs = Enumerable.Range(0, n).SelectMany(i => Enumerable.Range(i + 1, n - i - 1), (i, j) => (i, j)).ToList();
        double[] ranks = MathNet.Numerics.Statistics.Statistics.Ranks(pairs.Select(p => matrix[p.i][p.j]), RankDefinition.Average);
        double mean = ranks.Average(), length = Math.Sqrt(ranks.Sum(r => (r - mean) * (r - mean)));
        var result = Enumerable.Range(0, n).Select(_ => new double[n]).ToArray();
        foreach (var ((i, j), rank) in pairs.Zip(ranks))
        {
            result[i][j] = result[j][i] = length > 0 ? (rank - mean) / length : 0;
        }

        return result;
    }

    private static bool Varies(double[][] ranks) => ranks.Any(row => row.Any(v => v != 0));

    private static int[] Identity(double[][] matrix) => [.. Enumerable.Range(0, matrix.Length)];

    private static int[] Shuffled(int[] order, ref SplitMix random)
    {
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static double Correlate(double[][] x, double[][] y, int[] order)
    {
        double sum = 0;
        for (int i = 0; i < order.Length; i++)
        {
            for (int j = i + 1; j < order.Length; j++)
            {
                sum += x[i][j] * y[order[i]][order[j]];
            }
        }

        return sum;
    }
}
