using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace Graft.Analysis.Sequential;

/// <summary>
/// The levels at which a test is made at each of several looks at growing data, so that the chance of even one false alarm over all looks is as stated: alpha
/// spending (<b>Lan &amp; DeMets 1983</b>) with the power family α·t² (<b>Kim &amp; DeMets 1987</b>), t the share of the data that is there. It spends little
/// at first, when few seeds say little, and keeps most for the end.
/// </summary>
/// <remarks>
/// The probabilities are those of a random walk with normal steps, by numerical integration from look to look (<b>Armitage, McPherson &amp; Rowe 1969</b>).
/// Levels are applied to the p-values of other tests, such as Student's (<b>Jennison &amp; Turnbull 2000</b>, section 3.8): what that does with two or three
/// seeds is simulated, docs/statistics.md.
/// </remarks>
internal static class SequentialBounds
{
    private const int LeastNodes = 128, Halvings = 60;
    private const double NodesAStep = 4; // many looks make small steps within wide bounds
    private const double Furthest = 40; // standard deviations: nothing is beyond

    /// <summary>The two-sided levels of each look.</summary>
    /// <param name="shares">The share of the data at each look, rising, the last one 1 at most.</param>
    /// <param name="alpha">The chance of a false alarm over all looks, in (0, 1).</param>
    public static IReadOnlyList<double> Levels(IReadOnlyList<double> shares, double alpha)
    {
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(alpha, 1);
        if (shares.Zip(shares.Skip(1)).Any(s => s.First >= s.Second) || shares.Any(s => s is not (> 0 and <= 1)))
        {
            throw new ArgumentException("The shares of the data rise from above 0 to at most 1.", nameof(shares));
        }

        var levels = new List<double>();
        var walk = new List<(double At, double Weight)> { (0, 1) }; // where the sum may be that has crossed no bound yet, with probabilities
        double before = 0;
        foreach (double share in shares)
        {
            double step = Math.Sqrt(share - before), bound = Bound(walk, step, alpha * ((share * share) - (before * before)), Furthest * Math.Sqrt(share));
            levels.Add(2 * Normal.CDF(0, Math.Sqrt(share), -bound));
            var rule = new GaussLegendreRule(-bound, bound, Math.Max(LeastNodes, (int)Math.Ceiling(NodesAStep * bound / step)));
            walk = [.. rule.Abscissas.Zip(rule.Weights, (x, w) => (x, w * walk.Sum(from => from.Weight * Normal.PDF(from.At, step, x))))];
            before = share;
        }

        return levels;
    }

    // The bound that the next step crosses with a probability, to either side.
    private static double Bound(List<(double At, double Weight)> walk, double step, double probability, double furthest)
    {
        double low = 0, high = furthest;
        for (int i = 0; i < Halvings; i++)
        {
            double bound = (low + high) / 2;
            double crossed = walk.Sum(from => from.Weight * (Normal.CDF(0, step, -bound - from.At) + Normal.CDF(0, step, from.At - bound)));
            (low, high) = crossed > probability ? (bound, high) : (low, bound);
        }

        return high;
    }
}
