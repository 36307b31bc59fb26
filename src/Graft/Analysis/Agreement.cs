namespace Graft.Analysis;

/// <summary>How alike the answers of two networks are, whatever their accuracies (means over seeds).</summary>
/// <param name="SamePrediction">Share of test images that both give the same class. One minus this is the churn of <b>Milani Fard et al. 2016</b>.</param>
/// <param name="CorrectnessChurn">Share of test images on which exactly one of them is right.</param>
public sealed record Agreement(double SamePrediction, double CorrectnessChurn)
{
    /// <summary>Two cells, compared within each seed that both have.</summary>
    public static Computed<Agreement> Between(IReadOnlyList<TrialOutcome> first, IReadOnlyList<TrialOutcome> second) =>
        Mean(first.Join(second, a => a.Seed, b => b.Seed, (a, b) => (a.Outcome, b.Outcome)), "no seed has a finished trial of both");

    /// <summary>The trials of one cell among themselves, each pair of seeds: what training alone changes.</summary>
    public static Computed<Agreement> BetweenSeeds(IReadOnlyList<TrialOutcome> trials) =>
        Mean(trials.SelectMany((a, i) => trials.Skip(i + 1).Select(b => (a.Outcome, b.Outcome))), "one seed has no other to compare with");

    private static Computed<Agreement> Mean(IEnumerable<(TestOutcome First, TestOutcome Second)> pairs, string reason)
    {
        var list = pairs.ToList();
        if (list.Count == 0)
        {
            return new NotComputable(reason);
        }

        if (list.Any(p => p.First.Count == 0 || p.First.Count != p.Second.Count))
        {
            return new NotComputable("the trials were not tested on the same images");
        }

        return new Agreement(
            list.Average(p => Share(p.First, (i) => p.First.PredictedClass(i) == p.Second.PredictedClass(i))),
            list.Average(p => Share(p.First, (i) => p.First.IsCorrect(i) != p.Second.IsCorrect(i))));
    }

    private static double Share(TestOutcome outcome, Func<int, bool> counts) => (double)Enumerable.Range(0, outcome.Count).Count(counts) / outcome.Count;
}
