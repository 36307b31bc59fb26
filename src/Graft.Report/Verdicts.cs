using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>Verdicts and what they rest on, in the report's words.</summary>
internal static class Verdicts
{
    /// <summary>How many cells have each verdict: where seeds were added until verdicts were there, those that hold although one looked repeatedly.</summary>
    public static string Summary(StudyAnalysis analysis, SequentialJudgement? sequential = null)
    {
        List<VerdictKind> kinds = sequential is null
            ? [.. analysis.Cells.Select(c => c.ToTeacher.Verdict.Kind)]
            : [.. sequential.Cells.Select(KindOf)];
        var counts = Enum.GetValues<VerdictKind>()
            .Select(kind => (Kind: kind, Count: kinds.Count(k => k == kind)))
            .Where(x => x.Count > 0).Select(x => Invariant($"{x.Count:N0} {Name(x.Kind)}"));
        return Invariant($"Of {Plural.Of(kinds.Count, "cell")}: {string.Join(", ", counts)}.");
    }

    /// <summary>What the verdicts rest on.</summary>
    public static string Basis(StudyAnalysis analysis)
    {
        var coverage = SeedsOf(analysis);
        string basis = coverage == SeedCoverage.One
            ? "There is one seed: verdicts marked “images” compare two trained networks on other test images; how much training varies is unknown."
            : "Verdicts hold for other seeds and other test images, given this teacher: the chance of both is counted, as radiology counts that of readers and cases (multi-reader multi-case analysis, Hillis 2007). "
                + "Each is tested with the training noise of all cells of its length and with that of the two compared cells alone; both tests have to agree."
                + (coverage == SeedCoverage.Mixed
                    ? " Verdicts marked “images”, of cells with one seed, compare two trained networks on other test images alone."
                    : "");
        string margin =
            Invariant(
                $" “Equivalent” means within ±{100 * analysis.Margin:0.###} points. Intervals, p-values and verdicts are corrected for {Family(analysis)}."
            );
        string seeds = analysis.Cells.Any(c => c.ToTeacher.Verdict.SeedsToDecide is { HasValue: true })
            ? " “Seeds to decide” is an estimate of the seeds at which a verdict has a chance of 80 %."
            : "";
        return $"{basis}{margin}{seeds}{string.Concat(Notes(analysis).Select(note => $" {note}"))}";
    }

    /// <summary>How many of the cells that can be tested have more than one seed.</summary>
    public static SeedCoverage SeedsOf(StudyAnalysis analysis) => SeedsOf([.. analysis.Cells.Select(c => c.ToTeacher.Verdict.Basis)]);

    /// <summary>What intervals of differences are for, e.g. <c>other seeds and other test images</c>.</summary>
    public static string IntervalsFor(SeedCoverage coverage) => coverage switch
    {
        SeedCoverage.One => "other test images (there is one seed: how much training varies is unknown)",
        SeedCoverage.Mixed => "other seeds and other test images (of cells with one seed, for other test images alone)",
        _ => "other seeds and other test images",
    };

    /// <summary>The cells that tests are corrected for, e.g. <c>all 12 cells</c>: those that can be tested.</summary>
    public static string Family(StudyAnalysis analysis)
    {
        int tested = analysis.Cells.Count(c => c.ToTeacher.CorrectedPValue is not null);
        return tested == analysis.Cells.Count
            ? $"{(tested > 1 ? "all " : "")}{Plural.Of(tested, "cell")}"
            : Invariant($"the {Plural.Of(tested, "cell")} of {analysis.Cells.Count:N0} that can be tested");
    }

    /// <summary>The verdict in words, with what it rests on where that is less than usual.</summary>
    public static string Name(Verdict verdict) => verdict.Basis == TestBasis.Images ? $"{Name(verdict.Kind)} (images)" : Name(verdict.Kind);

    /// <summary>The verdict of a cell whose seeds were added, in words.</summary>
    public static string Name(SequentialCell cell) => Name(KindOf(cell));

    /// <summary>The verdict as a style class.</summary>
    public static string Class(Verdict verdict) => Class(verdict.Kind);

    /// <summary>The verdict of a cell whose seeds were added as a style class.</summary>
    public static string Class(SequentialCell cell) => Class(KindOf(cell));

    /// <summary>What the intervals of a study are whose seeds were added, taken as if nobody had looked before.</summary>
    public static string BasisOfAllSeeds(StudyAnalysis analysis) =>
        $"All seeds that there are, also those after the look that decided. Intervals are corrected for {Family(analysis)}, "
        + "but not for looking repeatedly: nothing is decided by them."
        + (CutIntervals(analysis) is { } cut ? $" {cut}" : "");

    /// <summary>What is to be said where the interval of a cell that is called equivalent reaches beyond the margin; null where none does.</summary>
    /// <param name="cells">Verdicts and the intervals beside them.</param>
    /// <param name="margin">The margin, a fraction.</param>
    public static string? BeyondMargin(IEnumerable<(VerdictKind Kind, ConfidenceInterval? Interval)> cells, double margin) =>
        cells.Any(c => c is { Kind: VerdictKind.Equivalent, Interval: { } interval } && Math.Max(interval.Upper, -interval.Lower) > margin)
            ? "Intervals of equivalent cells may reach beyond the margin: equivalence is tested by two one-sided tests, whose own intervals are narrower."
            : null;

    /// <summary>The same for all cells of an analysis.</summary>
    public static string? BeyondMargin(StudyAnalysis analysis) =>
        BeyondMargin(analysis.Cells.Select(c => (c.ToTeacher.Verdict.Kind, c.ToTeacher.CorrectedInterval)), analysis.Margin);

    /// <summary>The same for cells whose seeds were added.</summary>
    public static string? BeyondMargin(SequentialJudgement judgement) =>
        BeyondMargin(judgement.Cells.Select(c => (KindOf(c), c.Interval)), judgement.Margin);

    /// <summary>All that is to be noted of the verdicts of an analysis, a sentence each; may be empty.</summary>
    public static IEnumerable<string> Notes(StudyAnalysis analysis, char minus = Format.Minus) =>
        new[] { TooFineMargin(analysis), BeyondMargin(analysis), CutIntervals(analysis, minus) }.OfType<string>();

    /// <summary>The same where seeds were added.</summary>
    public static IEnumerable<string> Notes(SequentialJudgement judgement, char minus = Format.Minus) =>
        new[] { TooFineMargin(judgement), BeyondMargin(judgement), CutIntervals(judgement, minus) }.OfType<string>();

    /// <summary>What is to be said where the margin is smaller than one test image: a fraction that was meant as one. Null where it is not.</summary>
    /// <param name="margin">The margin, a fraction.</param>
    /// <param name="images">The number of test images; null where it is not known.</param>
    public static string? TooFineMargin(double margin, int? images) =>
        images is { } count && margin * count < 1 - 1e-9 // 0.01 points of 10,000 images, which is not exactly 1 image
            ? Invariant($"A margin of {100 * margin:0.#####} points is less than one of {Plural.Of(count, "test image")} ")
                + Invariant($"({100.0 / count:0.###} points): nothing can be equivalent within it.")
            : null;

    /// <summary>The same for an analysis.</summary>
    public static string? TooFineMargin(StudyAnalysis analysis) =>
        TooFineMargin(analysis.Margin, analysis.Cells.Max(c => c.ToTeacher.Difference.Value?.Images));

    /// <summary>The same where seeds were added.</summary>
    public static string? TooFineMargin(SequentialJudgement judgement) => TooFineMargin(judgement.Margin, judgement.Cells.Max(c => c.Difference?.Images));

    /// <summary>What is to be said where an interval of a table ends at the largest difference that is possible; null where none does.</summary>
    /// <param name="intervals">Intervals of differences, fractions.</param>
    /// <param name="minus">The minus sign.</param>
    /// <param name="most">The largest difference that is possible: 1 of accuracies, 2 of their differences.</param>
    public static string? CutIntervals(IEnumerable<ConfidenceInterval?> intervals, char minus = Format.Minus, int most = 1) =>
        intervals.Any(interval => interval?.Lower <= -most || interval?.Upper >= most)
            ? Invariant($"Intervals that end at {minus}{100 * most} or +{100 * most} points are cut there: they reach beyond what accuracies can differ by.")
            : null;

    /// <summary>The same for all cells of an analysis.</summary>
    public static string? CutIntervals(StudyAnalysis analysis, char minus = Format.Minus) =>
        CutIntervals(analysis.Cells.Select(c => c.ToTeacher.CorrectedInterval), minus);

    /// <summary>The same for cells whose seeds were added.</summary>
    public static string? CutIntervals(SequentialJudgement judgement, char minus = Format.Minus) =>
        CutIntervals(judgement.Cells.Select(c => c.Interval), minus);

    /// <summary>
    /// What is to be said where the workspace judges the same trials by another margin, first look or limit of seeds as well: a sentence for all such studies,
    /// and what follows. Null where none does.
    /// </summary>
    public static string? OtherMargins(StudyResult study)
    {
        string[] others =
        [
            .. study.OtherMargins.Select(o => Invariant($"{o.Study} (±{100 * o.Margin:0.###} points, looks from {o.Seeds} to {o.MaxSeeds} seeds)")),
        ];
        string? who = others.Length switch
        {
            0 => null,
            1 => $"Study {others[0]} of this workspace judges",
            _ => $"Studies {Listing.Of(others)} of this workspace judge",
        };
        return who is null ? null
            : $"{who} the same trials by another margin, first look or limit of seeds: "
                + "that is another look at the same data. Error rates hold for what was chosen before looking.";
    }

    /// <summary>The interval that agrees with the verdict, in percentage points.</summary>
    public static string Interval(Comparison comparison) => Format.Interval(comparison.CorrectedInterval);

    /// <summary>A p-value, not more exactly than anyone needs it.</summary>
    public static string PValue(double? p) => IsSmall(p) ? "<0.001" : Format.Number(p, "0.000");

    /// <summary>The same with its letter, in a sentence.</summary>
    public static string PValueInWords(double? p) => IsSmall(p) ? "p < 0.001" : $"p = {Format.Number(p, "0.000")}";

    /// <summary>The number of seeds that would decide; a dash for more than are looked for, nothing for what is decided.</summary>
    public static string Seeds(Computed<SeedEstimate>? seeds) =>
        seeds switch
        {
            null => "",
            { Value: { } estimate } => Invariant($"{estimate.Seeds:N0}"),
            _ => Format.None,
        };

    private static SeedCoverage SeedsOf(IReadOnlyCollection<TestBasis?> bases) =>
        !bases.Contains(TestBasis.Images) ? SeedCoverage.Several
        : bases.Contains(TestBasis.SeedsAndImages) ? SeedCoverage.Mixed
        : SeedCoverage.One;

    private static bool IsSmall(double? p) => p < 0.001;

    private static VerdictKind KindOf(SequentialCell cell) => cell.Reason is null ? cell.Verdict : VerdictKind.NotComputable;

    private static string Class(VerdictKind kind) => kind == VerdictKind.NotComputable ? "undecided" : Name(kind);

    private static string Name(VerdictKind kind) => kind == VerdictKind.NotComputable ? "not computable" : kind.ToString().ToLowerInvariant();
}
