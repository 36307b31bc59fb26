using Graft.Analysis;
using Graft.Runtime;

namespace Graft.Jobs.Accelerations;

/// <summary>How far predictions put architectures into the order that measurements do (<see cref="KendallRank"/>).</summary>
/// <param name="KendallTau">Kendall's τ-b: 1 the same order, 0 no relation.</param>
/// <param name="Lower">The lower end of its 95 % interval by the percentile bootstrap over architectures.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Count">Architectures behind it.</param>
public sealed record RankAgreement(double KendallTau, double Lower, double Upper, int Count)
{
    private const int Replicates = 1000;

    /// <summary>The agreement of pairs; null where it is not defined: fewer than three pairs, or one side does not vary.</summary>
    /// <param name="pairs">Predicted and measured values, all finite.</param>
    /// <param name="seed">Decides the bootstrap.</param>
    public static RankAgreement? Of(IReadOnlyList<(double Predicted, double Measured)> pairs, ulong seed)
    {
        if (pairs.Count < 3 || TauB(pairs) is not { } tau)
        {
            return null;
        }

        var random = new SplitMix(seed);
        var replicates = new List<double>();
        var drawn = new (double, double)[pairs.Count];
        for (int r = 0; r < Replicates; r++)
        {
            for (int i = 0; i < drawn.Length; i++)
            {
                drawn[i] = pairs[random.Next(pairs.Count)];
            }

            if (TauB(drawn) is { } replicate)
            {
                replicates.Add(replicate);
            }
        }

        replicates.Sort();
        return new(tau, At(0.025), At(0.975), pairs.Count);

        double At(double part) => replicates[(int)Math.Round(part * (replicates.Count - 1))];
    }

    // Null where one side does not vary.
    private static double? TauB(IReadOnlyList<(double Predicted, double Measured)> pairs) =>
        pairs.Any(p => p.Predicted != pairs[0].Predicted) && pairs.Any(p => p.Measured != pairs[0].Measured) ? KendallRank.TauB([pairs]).Tau : null;
}
