using Graft.Analysis.Prediction;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>What the analysis of predictors says, in sentences.</summary>
internal static class PredictionWords
{
    /// <summary>The predictor that orders cells best within positions, and what all together predict.</summary>
    public static string Lead(Predictability length)
    {
        var best = length.Predictors.Where(p => p.Within.HasValue).MaxBy(p => Math.Abs(p.Within.Value!.Tau));
        string strongest = best is null ? "No predictor could be compared with accuracy within positions." : Strongest(best, length);
        return $"{strongest} {(length.Ridge.Value is { } ridge ? Together(ridge) : $"All predictors together: {NotComputable(length.Ridge.Reason)}")}";
    }

    /// <summary>What could not be computed, and why.</summary>
    /// <param name="length">The predictors at a length of training.</param>
    /// <param name="all">What stands for the names of all of them, where there is no room for those; null for the names.</param>
    public static IEnumerable<string> NotComputable(Predictability length, string? all = null) => length.Predictors
        .Where(p => !p.Within.HasValue)
        .GroupBy(p => p.Within.Reason)
        .Select(g => $"{(g.Count() == length.Predictors.Count ? all : null) ?? string.Join("; ", g.Select(p => p.Title))}: {g.Key}")
        .Concat(length.NoiseCeiling.Reason is { } reason ? [$"noise ceiling: {reason}"] : []);

    /// <summary>The predictors that cannot be compared with accuracy within positions, and a noise ceiling that there is not, each with the reason.</summary>
    public static IEnumerable<(string What, string Reason)> LeftOut(Predictability length) =>
        length.Predictors.Where(p => !p.Within.HasValue).Select(p => (p.Title, p.Within.Reason!))
            .Concat(length.NoiseCeiling.Reason is { } reason ? [("noise ceiling", reason)] : []);

    /// <summary>That something cannot be computed: a sentence that begins with a small letter, to stand behind a colon.</summary>
    public static string NotComputable(string? reason) => $"not computable: {reason}.";

    /// <summary>The answer to "similar operation, similar accuracy?", which begins with a small letter as <see cref="NotComputable(string)"/> does.</summary>
    public static string Answer(SimilarityMap map, char minus = Format.Minus) =>
        map.Test.Value is { } test
            ? Invariant(
                $"it {SimilarityWords.Of(map.Answer)}: Spearman's ρ between CKA and nearness of accuracies is {Format.Number(test.Rho, "0.00", minus)} over {Plural.Of(test.Pairs, "pair")} at "
            )
                + Invariant(
                    $"{Plural.Of(test.Groups, "position")}; shuffling operations within positions gives as much in {Format.Number(100 * test.PValue, "0.0")} % of {test.Permutations:N0} cases (Mantel test)."
                )
            : NotComputable(map.Test.Reason);

    /// <summary>Words as a sentence of their own.</summary>
    public static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}";

    private static string Strongest(PredictorAssessment best, Predictability length)
    {
        var rank = best.Within.Value!;
        bool clear = rank.Lower > 0 || rank.Upper < 0;
        string ceiling = length.NoiseCeiling.Value?.Within is { } within
            ? Invariant($" Half of the seeds order cells for the other half with τ = {Format.Number(within, "0.00")}.")
            : "";
        return Invariant(
                $"Within positions, {best.Title} goes together most with accuracy: τ = {RankWords.Of(rank)}, "
            ) + $"{(clear ? "which is more than chance for one predictor, but it is the best of several" : "which may be chance")}.{ceiling}";
    }

    /// <summary>How the predictors together do beside guessing, a sentence.</summary>
    internal static string Together(RidgeAssessment ridge)
    {
        bool beatsMean = ridge.Rmse < ridge.RmseOfMean, beatsOperationMean = ridge.Rmse < ridge.RmseOfOperationMean;
        string mean = $"guessing the mean ({Format.Number(100 * ridge.RmseOfMean, "0.00")})";
        string operationMean = $"the same operation's mean elsewhere ({Format.Number(100 * ridge.RmseOfOperationMean, "0.00")})";
        string against = (beatsMean, beatsOperationMean) switch
        {
            (true, true) => $"better than {mean} and {operationMean}",
            (false, false) => $"no better than {mean} and {operationMean}",
            (true, false) => $"better than {mean}, no better than {operationMean}",
            (false, true) => $"no better than {mean}, better than {operationMean}",
        };
        return $"All together, learned at the other positions, they err by {Format.Number(100 * ridge.Rmse, "0.00")} points: {against}.";
    }
}
