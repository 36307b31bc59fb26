using Graft.Runtime;

namespace Graft.Analysis;

/// <summary>How far predictions put architectures into the order that measurements do (Kendall's τ-b).</summary>
/// <param name="KendallTau">Kendall's τ-b: 1 the same order, 0 no relation; of two predictions that are compared, the difference of theirs.</param>
/// <param name="Lower">The lower end of its 95 % interval by the percentile bootstrap over architectures.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Count">Architectures behind it.</param>
public sealed record RankAgreement(double KendallTau, double Lower, double Upper, int Count)
{
    private const int Replicates = 1000;

    // In the right order, fewer say nothing: of three, one in three orders is as far from none, and the bootstrap is blind to it.
    private const int Fewest = 5;

    /// <summary>The agreement of pairs; null where it is not defined: fewer than five pairs, or one side does not vary.</summary>
    /// <param name="pairs">Predicted and measured values, all finite.</param>
    /// <param name="seed">Decides the bootstrap: with equal seeds, samples of as many pairs are the same ones.</param>
    internal static RankAgreement? Of(IReadOnlyList<(double Predicted, double Measured)> pairs, ulong seed) => Of(pairs, TauB, seed);

    /// <summary>
    /// How much better one prediction orders architectures than another does: the difference of their τ, by a bootstrap of both at once. Null where either is
    /// not defined.
    /// </summary>
    /// <param name="triples">The prediction, the other one, and the measured value, all finite.</param>
    /// <param name="seed">Decides the bootstrap.</param>
    public static RankAgreement? Advantage(IReadOnlyList<(double Predicted, double Other, double Measured)> triples, ulong seed) =>
        Of(triples, some => TauB([.. some.Select(t => (t.Predicted, t.Measured))]) - TauB([.. some.Select(t => (t.Other, t.Measured))]), seed);

    private static RankAgreement? Of<T>(IReadOnlyList<T> items, Func<IReadOnlyList<T>, double?> statistic, ulong seed)
    {
        if (items.Count < Fewest || statistic(items) is not { } value)
        {
            return null;
        }

        var random = new SplitMix(seed);
        var replicates = new List<double>();
        var drawn = new T[items.Count];
        for (int r = 0; r < Replicates; r++)
        {
            for (int i = 0; i < drawn.Length; i++)
            {
                drawn[i] = items[random.Next(items.Count)];
            }

            if (statistic(drawn) is { } replicate)
            {
                replicates.Add(replicate);
            }
        }

        double[] sorted = [.. replicates.Order()];
        return new(value, Statistics.Quantile(sorted, 0.025), Statistics.Quantile(sorted, 0.975), items.Count);
    }

    private static double? TauB(IReadOnlyList<(double Predicted, double Measured)> pairs) => KendallRank.TauB([pairs]);
}
