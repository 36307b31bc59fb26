using Graft.Analysis;

namespace Graft.Selection;

/// <summary>
/// How scores of single changes add up to what an architecture is judged to lose: loss^p = <see cref="Scale"/> · Σ score^p + <see cref="PerChange"/> · number
/// of changes. Many small changes add up worse than few large ones, which a sum alone does not know. Fitted on judged architectures; additive, so that the
/// selection can use it.
/// </summary>
/// <param name="Scale">What a score weighs; at least 0.</param>
/// <param name="PerChange">What every changed place costs whatever its score; at least 0.</param>
/// <param name="Power">p: 1 where losses add up, ½ where their square roots do, as amplitudes of errors that point the same way.</param>
/// <param name="Tau">Kendall's τ-b between the model and what was judged, on all judged architectures, one without a change among them.</param>
/// <param name="SumTau">Likewise of the mere sum of scores.</param>
public sealed record ScoreModel(double Scale, double PerChange, double Power, double Tau, double SumTau)
{
    private static readonly double[] Powers = [1, 0.5];

    /// <summary>
    /// Fits by least squares of relative errors, with coefficients of at least 0, so that architectures that lost everything do not outweigh those that are
    /// worth selecting. Of the two powers the one stays that orders the architectures better. One without a change says nothing of what changes cost, and is
    /// left out of the fit; in the order it counts.
    /// </summary>
    /// <param name="architectures">Scores of an architecture's changes, and what it was judged to lose.</param>
    /// <returns>The model; null where there are fewer than five architectures with losses above 0, or nothing varies.</returns>
    internal static ScoreModel? Fit(IReadOnlyList<(IReadOnlyList<double> Scores, double Loss)> architectures)
    {
        var judged = architectures.Where(a => double.IsFinite(a.Loss) && a.Scores.All(double.IsFinite)).ToList();
        var changed = judged.FindAll(a => a.Scores.Count > 0 && a.Loss > 0);
        if (changed.Count < 5 || Order(judged, a => a.Scores.Sum()) is not { } sumTau)
        {
            return null;
        }

        return Powers.Select(Fitted).OfType<ScoreModel>().OrderByDescending(m => m.Tau).FirstOrDefault();

        ScoreModel? Fitted(double power)
        {
            var (scale, perChange) = FitWith(power, changed);
            var model = new ScoreModel(scale, perChange, power, 0, sumTau);
            return Order(judged, a => model.Predict(a.Scores)) is { } tau ? model with { Tau = tau } : null;
        }
    }

    /// <summary>What an architecture with changes of these scores is expected to lose.</summary>
    public double Predict(IReadOnlyList<double> scores) =>
        Math.Pow(Math.Max(0, Scale * scores.Sum(s => Raise(s, Power)) + PerChange * scores.Count), 1 / Power);

    private static (double Scale, double PerChange) FitWith(double power, IReadOnlyList<(IReadOnlyList<double> Scores, double Loss)> architectures)
    {
        // Relative errors: each equation divided by its loss.
        var rows = architectures.Select(a => (Loss: Math.Pow(a.Loss, power), a.Scores)).Select(a => (
            Sum: a.Scores.Sum(s => Raise(s, power)) / a.Loss,
            Count: a.Scores.Count / a.Loss)).ToList();
        double ss = rows.Sum(r => r.Sum * r.Sum), nn = rows.Sum(r => r.Count * r.Count), sn = rows.Sum(r => r.Sum * r.Count);
        double s = rows.Sum(r => r.Sum), n = rows.Sum(r => r.Count);
        double determinant = ss * nn - sn * sn;
        var candidates = new List<(double Scale, double PerChange)> { (Math.Max(0, s / ss), 0), (0, Math.Max(0, n / nn)) };
        if (determinant > 1e-9 * ss * nn && (s * nn - n * sn, n * ss - s * sn) is ( >= 0, >= 0) and var (scale, perChange))
        {
            candidates.Add((scale / determinant, perChange / determinant));
        }

        return candidates.Where(c => double.IsFinite(c.Scale)).MinBy(c => rows.Sum(r => Math.Pow(1 - c.Scale * r.Sum - c.PerChange * r.Count, 2)));
    }

    private static double? Order(
        IReadOnlyList<(IReadOnlyList<double> Scores, double Loss)> architectures, Func<(IReadOnlyList<double> Scores, double Loss), double> predict) =>
        KendallRank.TauB([[.. architectures.Select(a => (predict(a), a.Loss))]]);

    // A score below 0, of a change that happens to help, stays below 0.
    private static double Raise(double score, double power) => Math.Sign(score) * Math.Pow(Math.Abs(score), power);
}
