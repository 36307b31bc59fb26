using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>What the statistics say of a study: the verdict on each cell, the claims, what to try next.</summary>
internal static class AnalysisTables
{
    public static void Write(Terminal terminal, StudyAnalysis analysis, SequentialJudgement? sequential = null)
    {
        if (sequential is not null)
        {
            SequentialTable.Write(terminal, sequential);
        }
        else if (analysis.Cells.Count > 0)
        {
            if (analysis.Cells.All(c => !c.ToTeacher.Difference.HasValue))
            {
                string[] reasons = [.. analysis.Cells.Select(c => c.ToTeacher.Difference.Reason).OfType<string>().Distinct()];
                terminal.WriteLine($"No verdict can be computed yet: {string.Join("; ", reasons)}.");
                terminal.WriteLine();
                return;
            }

            int? onlyLength = StudyTables.OnlyLength(analysis.Cells.Select(c => c.Epochs));
            terminal.WriteLine(
                $"Verdicts: each cell against the unchanged network trained on for {(onlyLength is { } only ? Plural.Of(only, "epoch") : "as long")}"
            );
            var table = VerdictTable(analysis);
            table.LeaveOutIfSame("epochs");
            table.Write(terminal);
            terminal.WriteLine(Basis(analysis));
            terminal.WriteLine();
        }

        WriteClaims(terminal, analysis.Claims);
        if (analysis.Next.Count > 0)
        {
            terminal.WriteLine("Try next:");
            analysis.Next.ToList().ForEach(next => terminal.WriteLine($"  {FindingWords.Sentence(next)}"));
        }

        terminal.WriteLine();
    }

    // Those that these data decide; why they leave others open is for the report.
    private static void WriteClaims(Terminal terminal, IReadOnlyList<ClaimFinding> claims)
    {
        var decided = claims.Where(c => c.Status != ClaimStatus.Undecided).ToList();
        if (decided.Count > 0)
        {
            terminal.WriteLine("The claims of Seo & Lee on these data");
            var table = new WideTable(2, "claim", "here", "~evidence");
            decided.ForEach(c => table.AddRow($"({c.Id})", FindingWords.Name(c.Status), $"'{FindingWords.Statement(c)}' {FindingWords.Evidence(c)}"));
            table.Write(terminal);
        }

        var open = claims.Except(decided).Select(c => $"({c.Id})").ToList();
        if (decided.Count > 0 && open.Count > 0)
        {
            terminal.WriteLine($"Their claims {string.Join(", ", open)} are undecided here; the report says why.");
            terminal.WriteLine();
        }
    }

    // The verdict is what is asked for: it stands beside the cell that it is about, and again where the table continues below.
    private static WideTable VerdictTable(StudyAnalysis analysis)
    {
        var table = new WideTable(
            keys: 4,
            [">position", "operation", ">epochs", "verdict", ">difference,\npoints", ">corrected\ninterval", ">corrected\np", ">seeds to\ndecide"]
        );
        foreach (var cell in analysis.Cells)
        {
            var comparison = cell.ToTeacher;
            var test = comparison.Difference.Value;
            table.AddRow(
                Invariant($"{cell.Position}"),
                cell.Operation,
                Invariant($"{cell.Epochs}"),
                Verdicts.Name(comparison.Verdict),
                Format.Points(test?.Difference),
                Format.Interval(comparison.CorrectedInterval),
                Verdicts.PValue(comparison.CorrectedPValue),
                Verdicts.Seeds(comparison.Verdict.SeedsToDecide));
        }

        return table;
    }

    private static string Basis(StudyAnalysis analysis)
    {
        string margin = Invariant(
            $"'equivalent' means within ±{100 * analysis.Margin:0.###} points (--margin); intervals and p are corrected for {Verdicts.Family(analysis)}."
        );
        string basis = Verdicts.SeedsOf(analysis) switch
        {
            SeedCoverage.One => "One seed: verdicts marked 'images' compare two trained networks on other test images; how much training varies is unknown.",
            SeedCoverage.Mixed => "Verdicts hold for other seeds and other test images, given this teacher; "
                + "those marked 'images', of cells with one seed, compare two trained networks on other test images alone.",
            _ => "Verdicts hold for other seeds and other test images, given this teacher.",
        };
        string reasons = string.Join(
            "; ", UncomputableCells.Reasons(analysis.Cells.Select(c => (c.Position, c.Operation, c.Epochs, c.ToTeacher.Difference.Reason))));
        string seeds = SeedsColumn.Legend(analysis.Cells.Select(c => c.ToTeacher.Verdict.SeedsToDecide)) is { } legend ? $" {legend}." : "";
        string noted = string.Concat(Verdicts.Notes(analysis, Format.Minus).Select(note => $" {note}"));
        return Invariant($"{basis} Here {margin}{noted}{seeds}{(reasons.Length > 0 ? $" Not computable: {reasons}." : "")}");
    }
}
