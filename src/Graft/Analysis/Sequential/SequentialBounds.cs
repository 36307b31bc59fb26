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
internal sealed class SequentialBounds
{
    private const int LeastNodes = 128, Halvings = 60;
    private const double NodesAStep = 4; // many looks make small steps within wide bounds
    private const double Furthest = 40; // standard deviations: nothing is beyond

    private readonly IReadOnlyList<double> _shares;
    private readonly double _alpha;
    private readonly List<double> _levels = [];
    private List<(double At, double Weight)> _walk = [(0, 1)]; // where the sum may be that has crossed no bound yet, with probabilities

    /// <param name="shares">The share of the data at each look, rising, the last one 1 at most.</param>
    /// <param name="alpha">The chance of a false alarm over all looks, in (0, 1).</param>
    public SequentialBounds(IReadOnlyList<double> shares, double alpha)
    {
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(alpha, 1);
        if (shares.Zip(shares.Skip(1)).Any(s => s.First >= s.Second) || shares.Any(s => s is not (> 0 and <= 1)))
        {
            throw new ArgumentException("The shares of the data rise from above 0 to at most 1.", nameof(shares));
        }

        _shares = shares;
        _alpha = alpha;
    }

    /// <summary>The two-sided level of a look. Those of the looks before it are worked out on the way, each once.</summary>
    /// <param name="look">The look, from 0.</param>
    public double LevelAt(int look)
    {
        while (_levels.Count <= look)
        {
            Advance(_levels.Count == 0 ? 0 : _shares[_levels.Count - 1], _shares[_levels.Count]);
        }

        return _levels[look];
    }

    private void Advance(double before, double share)
    {
        double step = Math.Sqrt(share - before), bound = Bound(step, _alpha * ((share * share) - (before * before)), Furthest * Math.Sqrt(share));
        var rule = new GaussLegendreRule(-bound, bound, Math.Max(LeastNodes, (int)Math.Ceiling(NodesAStep * bound / step)));
        _walk = [.. rule.Abscissas.Zip(rule.Weights, (x, w) => (x, w * _walk.Sum(from => from.Weight * Normal.PDF(from.At, step, x))))];
        _levels.Add(2 * Normal.CDF(0, Math.Sqrt(share), -bound));
    }

    // The bound that the next step crosses with a probability, to either side.
    private double Bound(double step, double probability, double furthest)
    {
        double low = 0, high = furthest;
        for (int i = 0; i < Halvings; i++)
        {
            double bound = (low + high) / 2;
            double crossed = _walk.Sum(from => from.Weight * (Normal.CDF(0, step, -bound - from.At) + Normal.CDF(0, step, from.At - bound)));
            (low, high) = crossed > probability ? (bound, high) : (low, bound);
        }

        return high;
    }
}
