using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>Findings as sentences: what report and command line say of them.</summary>
public static class FindingWords
{
    private const int MostNamed = 3;

    /// <summary>What a claim of <b>Seo &amp; Lee</b> says, for any network; a whole sentence.</summary>
    public static string Statement(ClaimFinding claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return claim.Id switch
        {
            "a" => "Both the kind of operation and the position matter.",
            "b" => "Similar operations end up equally good, except at the first position.",
            "c" => "Longer training shrinks the loss at the first position and at the first that halves the feature maps.",
            "d" => "Swaps at the last position improve the network, because the candidates have more parameters.",
            _ => throw new ArgumentException($"There is no claim '{claim.Id}'.", nameof(claim)),
        };
    }

    /// <summary>What a claim's status rests on; a whole sentence.</summary>
    public static string Evidence(ClaimFinding claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        string text = claim.Evidence switch
        {
            ClaimEvidence.Missing missing => missing.Reason,
            ClaimEvidence.NothingMatters nothing => Invariant($"every swap at every position stays within {Margin(nothing.Margin)} of the unchanged network"),
            ClaimEvidence.Effects effects => string.Join("; ", effects.OfLengths.Select(Effects)),
            ClaimEvidence.Pairs pairs => Invariant(
                $"{Pairs("elsewhere", pairs.Elsewhere, pairs.Margin)}; {Pairs("at position 1", pairs.AtFirst, pairs.Margin)}"
            ),
            ClaimEvidence.Changes changes => Invariant($"from {changes.From} to {changes.To} epochs the mean difference to the unchanged network changes, ")
                + string.Join("; ", changes.AtPositions.Select(p => Invariant($"at {p.Position}: {Evidence(p.Change)}"))),
            ClaimEvidence.LastPosition last => Invariant(
                $"after {Plural.Of(last.Epochs, "epoch")}, {Plural.Of(last.LargerCandidates, "candidate")} with more parameters "
            )
                + Invariant(
                    $"against the unchanged network: {Evidence(last.ToTeacher)}; against the {last.OtherCandidates} with no more: {Evidence(last.ToOthers)}"
                ),
            var other => throw new ArgumentException($"There are no words for {other.GetType().Name}.", nameof(claim)),
        };
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }

    /// <summary>The claims that these data say nothing of, each with the reason: one sentence. Null where there are none.</summary>
    internal static string? NotJudged(IEnumerable<ClaimFinding> claims)
    {
        var reasons = claims.GroupBy(WhyNotJudged, claim => $"({claim.Id}) {Statement(claim)[..^1]}")
            .Where(claims => claims.Key is not null)
            .Select(claims => $"{string.Join("; ", claims)}: {claims.Key}").ToList();
        return reasons.Count == 0 ? null : $"Not judged here: {string.Join(". ", reasons)}.";
    }

    /// <summary>Why these data say nothing of a claim, without a full stop; null where they do.</summary>
    internal static string? WhyNotJudged(ClaimFinding claim) => claim.Evidence switch
    {
        ClaimEvidence.Missing missing => missing.Reason,
        ClaimEvidence.Changes changes when changes.AtPositions.All(p => !p.Change.Difference.HasValue) => changes.AtPositions[0].Change.Difference.Reason,
        ClaimEvidence.LastPosition last when !last.ToTeacher.Difference.HasValue => last.ToTeacher.Difference.Reason,
        _ => null,
    };

    /// <summary>Whether a claim holds, in words.</summary>
    internal static string Name(ClaimStatus status) =>
        status switch
        {
            ClaimStatus.Holds => "holds",
            ClaimStatus.DoesNotHold => "does not hold",
            _ => "undecided",
        };

    /// <summary>What a verdict rests on, or why there is none; no full stop.</summary>
    public static string Evidence(Comparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        if (comparison.Difference.Value is not { } test || comparison.Equivalence.Value is not { } equivalence)
        {
            return comparison.Difference.Reason ?? comparison.Equivalence.Reason!;
        }

        string basis =
            test.Basis == TestBasis.Images
                ? Invariant($"1 seed and {test.Images:N0} images: these two trained networks are compared, how much training varies is unknown")
                : Invariant($"{test.Seeds} seeds and {test.Images:N0} images");
        string interval =
            comparison.Verdict.Kind == VerdictKind.Equivalent
                ? Invariant(
                    $"90 % interval {Format.Interval(equivalence.Lower, equivalence.Upper)} within ±{100 * equivalence.Margin:0.###} (corrected {Verdicts.PValueInWords(comparison.CorrectedEquivalencePValue)}"
                )
                : $"corrected interval {Format.Interval(comparison.CorrectedInterval)} ({Verdicts.PValueInWords(comparison.CorrectedPValue)}";
        return $"{Format.Points(test.Difference)} points, {interval}; {basis})";
    }

    /// <summary>What to try next; whole sentences, with the option of the command line that does it.</summary>
    public static string Sentence(NextStep step) =>
        step switch
        {
            NextStep.AddBaseline add => $"Add '{add.Operation}' to the operations: without the unchanged network trained on for as long nothing can be judged.",
            NextStep.CombineSavings combine => $"Cheaper and not worse: {Listing.Of([.. combine.Savings.Take(MostNamed).Select(Saving)])}"
                + Invariant(
                    $"{(combine.Savings.Count > MostNamed ? Invariant($", and {combine.Savings.Count - MostNamed} more") : "")}. Swap several at once to see whether their savings add up."
                ),
            NextStep.SecondSeed => "Run a second seed (--seeds 2): with one, verdicts compare two trained networks, not two operations.",
            NextStep.MoreSeeds more => Invariant($"More seeds: {more.Decidable} of {Plural.Of(more.Undecided, "undecided cell")} can be decided, ")
                + Invariant($"{Decided(more)}with about {more.Seeds} seeds (--seeds {more.Seeds})")
                + Invariant($"{(more.SeedsForAll > more.Seeds ? Invariant($", all with about {more.SeedsForAll}") : "")}."),
            NextStep.MoreImages images => Invariant($"{Plural.Of(images.Cells, "cell")} will not be decided within {images.MostSeeds} seeds: ")
                + Invariant($"test on more images. The margin of {100 * images.Margin:0.###} points was to be chosen before looking."),
            NextStep.LessNoise noise => Invariant($"{Plural.Of(noise.Cells, "cell")} of {Plural.Of(noise.Epochs, "epoch")} will not be decided within ")
                + Invariant($"{noise.MostSeeds} seeds, as training varies: the noise of all cells of a length counts for each, ")
                + Invariant($"and {100 * noise.Share:0} % of it is that of ")
                + (noise.Position.IsNone
                    ? "the unchanged network, with which each is compared."
                    : Invariant($"{noise.Operation} at {noise.Position}.{(noise.Share > 0.5 ? " A study without that may decide the others." : "")}")),
            NextStep.OtherPositions other => Invariant($"Positions that have not been tried: {other.Untried} of {other.Positions} (--positions all)."),
            NextStep.LongerTraining longer => Invariant($"Train longer as well (--epochs {longer.Epochs},{2 * longer.Epochs}): ")
                + "whether losses shrink with training shows with two lengths.",
            null => throw new ArgumentNullException(nameof(step)),
            _ => throw new ArgumentException($"There are no words for {step.GetType().Name}.", nameof(step)),
        };

    private static string Decided(NextStep.MoreSeeds more) =>
        more.Decidable == 1 ? ""
        : more.DecidedThen == more.Decidable ? "all of them "
        : Invariant($"{more.DecidedThen} of them ");

    private static string Saving(NextStep.Saving saving) =>
        Invariant($"{saving.Operation} at {saving.Position} ({100 * saving.Share:0.#} % fewer multiply-accumulates)");

    private static string Effects(ClaimEvidence.LengthEffects effects) =>
        Invariant($"after {Plural.Of(effects.Epochs, "epoch")}, position: {Effect(effects.Position)}, operation: {Effect(effects.Operation)}, ")
        + $"interaction: {Effect(effects.Interaction)}";

    private static string Effect(AnovaEffect effect) => Invariant($"{Verdicts.PValueInWords(effect.PValue)} (partial ω² {effect.PartialOmegaSquared:0.00})");

    private static string Pairs(string where, ClaimEvidence.PairCounts? counts, double margin) => counts is null
        ? $"{where} no pair was tried"
        : Invariant($"{where}, of {Plural.Of(counts.Count, "pair")} of similar operations, {counts.Equivalent} equivalent within {Margin(margin)}, ")
            + Invariant($"{counts.Different} different, {counts.Undecided} undecided, the largest difference {Format.Points(counts.LargestDifference)}");

    private static string Margin(double margin) => Invariant($"±{100 * margin:0.###} points");
}
