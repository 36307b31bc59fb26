using Graft.Runtime;

namespace Graft.Analysis.Findings;

/// <summary>
/// The four claims of <b>Seo &amp; Lee</b> on a study's own data. "Holds" and "does not hold" both need evidence: a significant test, or equivalence within the
/// margin. Their positions 1, 7 and 18 of WRN-40-2 stand for the first position, the first that halves the feature maps, and the last.
/// </summary>
internal sealed class ClaimTests(
    AnalysedStudy study,
    double margin,
    IReadOnlyDictionary<AnalysedCell, Computed<PairedDifferences>> toBaseline,
    Func<PairedDifferences, int[], Computed<DifferenceTest>> test,
    IReadOnlyList<CellFinding> cells,
    IReadOnlyList<PairFinding> pairs,
    IReadOnlyList<VarianceFinding> variance)
{
    private readonly List<CellFinding> _cells = [.. cells.Where(f => IsCandidate(study, f.Position, f.Operation))];
    private readonly List<PairFinding> _pairs = [.. pairs.Where(p => IsCandidate(study, p.Position, p.First) && IsCandidate(study, p.Position, p.Second))];

    public IReadOnlyList<ClaimFinding> All() => [BothMatter(), SimilarOperations(), LongerTraining(), LastPosition()];

    // (a): both main effects of the analysis of variance at every length; nothing matters where every swap is equivalent to no swap.
    private ClaimFinding BothMatter()
    {
        if (_cells.Count > 0 && _cells.TrueForAll(c => c.ToTeacher.Verdict is { Kind: VerdictKind.Equivalent, Basis: TestBasis.SeedsAndImages }))
        {
            return new("a", ClaimStatus.DoesNotHold, new ClaimEvidence.NothingMatters(margin));
        }

        if (variance.FirstOrDefault(v => !v.Anova.HasValue) is { } missing)
        {
            return Undecided("a", $"the analysis of variance is not computable: {missing.Anova.Reason}");
        }

        if (variance.Count == 0)
        {
            return Undecided("a", "the study has no cells");
        }

        bool holds = variance.All(v => v.Anova.Value!.Rows.PValue <= ComparisonFamily.Alpha && v.Anova.Value.Columns.PValue <= ComparisonFamily.Alpha);
        return new("a", holds ? ClaimStatus.Holds : ClaimStatus.Undecided, new ClaimEvidence.Effects(
            [.. variance.Select(v => new ClaimEvidence.LengthEffects(v.Epochs, v.Anova.Value!.Rows, v.Anova.Value.Columns, v.Anova.Value.Interaction))]));
    }

    // (b): pairs of one family are equivalent at all positions but the first, and differ there.
    private ClaimFinding SimilarOperations()
    {
        var usable = _pairs.FindAll(p => p.Comparison.Verdict.Basis == TestBasis.SeedsAndImages);
        if (usable.Count == 0)
        {
            return Undecided("b", _pairs.Count == 0
                ? "no position has two operations of one family"
                : _pairs[0].Comparison.Difference.Reason ?? "one seed does not show how much training varies");
        }

        List<PairFinding> first = usable.FindAll(p => p.Position == 1), others = usable.FindAll(p => p.Position != 1);
        bool contradicted = others.Exists(Differs) || first.Exists(p => p.Comparison.Verdict.Kind == VerdictKind.Equivalent);
        bool shown =
            usable.Count == _pairs.Count
            && others.Count > 0
            && first.Count > 0
            && others.TrueForAll(p => p.Comparison.Verdict.Kind == VerdictKind.Equivalent)
            && first.TrueForAll(Differs);
        var status =
            contradicted ? ClaimStatus.DoesNotHold
            : shown ? ClaimStatus.Holds
            : ClaimStatus.Undecided;
        return new("b", status, new ClaimEvidence.Pairs(margin, Counts(others), Counts(first)));

        static bool Differs(PairFinding pair) => pair.Comparison.Verdict.Kind is VerdictKind.Better or VerdictKind.Worse;

        static ClaimEvidence.PairCounts? Counts(List<PairFinding> some) => some.Count == 0 ? null : new(
            some.Count,
            some.Count(p => p.Comparison.Verdict.Kind == VerdictKind.Equivalent),
            some.Count(Differs),
            some.Count(p => p.Comparison.Verdict.Kind == VerdictKind.Undecided),
            some.Select(p => p.Comparison.Difference.Value!.Difference).MaxBy(Math.Abs));
    }

    // (c): between the shortest and the longest training the mean difference to the unchanged network rises, at the first position and at the first that
    // halves.
    private ClaimFinding LongerTraining()
    {
        if (study.Lengths is not [var shortest, .., var longest])
        {
            return Undecided("c", study.Lengths.Count == 0
                ? "the study has no cells"
                : Invariant($"there is one training length, {Plural.Of(study.Lengths[0], "epoch")}"));
        }

        int[] asked = [.. new[] { 1, study.FirstHalving }.OfType<int>().Distinct()];
        int[] positions = [.. asked.Where(p => study.AtPositions.Any(c => c.Position == p))];
        if (positions.Length == 0)
        {
            return Undecided("c", "neither position was tried");
        }

        var changes = ComparisonFamily.Judge([.. positions.Select(p => MeanChange(p, shortest, longest).Then(d => OverSeeds(d, shortest, longest)))], margin);
        var kinds = changes.Select(c => c.Verdict.Kind).ToList();
        var status = kinds.Exists(k => k is VerdictKind.Worse or VerdictKind.Equivalent) ? ClaimStatus.DoesNotHold
            : positions.Length == asked.Length && kinds.TrueForAll(k => k == VerdictKind.Better) ? ClaimStatus.Holds
            : ClaimStatus.Undecided;
        return new("c", status, new ClaimEvidence.Changes(
            shortest, longest, [.. positions.Zip(changes, (p, change) => new ClaimEvidence.PositionChange(p, change))]));
    }

    private Computed<PairedDifferences> MeanChange(int position, int shortest, int longest)
    {
        var changes = new List<PairedDifferences>();
        foreach (var shorter in study.AtPositions.Where(c => c.Position == position && c.Epochs == shortest))
        {
            var longer = study.AtPositions.FirstOrDefault(c => c.Position == position && c.Operation == shorter.Operation && c.Epochs == longest);
            var change = longer is null
                ? new NotComputable(Invariant($"'{shorter.Operation}' was not trained for {longest} epochs"))
                : toBaseline[longer].Then(l => toBaseline[shorter].Then(l.Minus));
            if (!change.HasValue)
            {
                return change;
            }

            changes.Add(change.Value);
        }

        return PairedDifferences.MeanOf(changes);
    }

    // (d): at the last position candidates with more parameters than the network's own operation beat it, and beat those with no more.
    private ClaimFinding LastPosition()
    {
        int epochs = study.Lengths.LastOrDefault();
        var there = study.AtPositions.Where(c => c.Position == study.PositionCount && c.Epochs == epochs).ToList();
        List<AnalysedCell> larger = there.FindAll(c => c.Parameters > study.Parameters), others = there.FindAll(c => c.Parameters <= study.Parameters);
        if (larger.Count == 0)
        {
            return Undecided("d", there.Count == 0
                ? Invariant($"position {study.PositionCount} was not tried")
                : "no candidate there has more parameters than the network's own operation");
        }

        var ofLarger = MeanOf(larger);
        var ofOthers = others.Count == 0 ? new NotComputable("every candidate has more parameters") : MeanOf(others);
        var tests = ComparisonFamily.Judge(
            [ofLarger.Then(d => OverSeeds(d, epochs)), ofLarger.Then(l => ofOthers.Then(l.Minus)).Then(d => OverSeeds(d, epochs))],
            margin
        );
        VerdictKind improves = tests[0].Verdict.Kind,
            byParameters = tests[1].Verdict.Kind;
        var status =
            improves is VerdictKind.Worse or VerdictKind.Equivalent || byParameters is VerdictKind.Worse or VerdictKind.Equivalent ? ClaimStatus.DoesNotHold
            : improves == VerdictKind.Better && byParameters == VerdictKind.Better ? ClaimStatus.Holds
            : ClaimStatus.Undecided;
        return new("d", status, new ClaimEvidence.LastPosition(epochs, larger.Count, others.Count, tests[0], tests[1]));

        Computed<PairedDifferences> MeanOf(List<AnalysedCell> some) => some.Find(c => !toBaseline[c].HasValue) is { } missing
            ? toBaseline[missing]
            : PairedDifferences.MeanOf(some.ConvertAll(c => toBaseline[c].Value!));
    }

    private static ClaimFinding Undecided(string id, string reason) => new(id, ClaimStatus.Undecided, new ClaimEvidence.Missing(reason));

    private static bool IsCandidate(AnalysedStudy study, Place position, string operation) =>
        study.AtPositions.Any(c => c.Position == position && c.Operation == operation);

    // A claim about operations needs more than one seed.
    private Computed<DifferenceTest> OverSeeds(PairedDifferences differences, params int[] lengths) => differences.Seeds.Count == 1
        ? new NotComputable("one seed does not show how much training varies")
        : test(differences, lengths);
}
