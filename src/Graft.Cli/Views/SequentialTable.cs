using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>The verdicts of a study whose seeds are added until they are there.</summary>
internal static class SequentialTable
{
    public static void Write(Terminal terminal, SequentialJudgement judgement)
    {
        terminal.WriteLine("Verdicts, seeds added where they were open: each cell against the unchanged network trained on for as long");
        var table = new WideTable(
            4,
            [">position", "operation", ">epochs", "verdict", ">difference,\npoints", ">corrected\ninterval", ">seeds", ">seeds to\ndecide"]
        );
        foreach (var cell in judgement.Cells)
        {
            table.AddRow(
                Invariant($"{cell.Position}"),
                cell.Operation,
                Invariant($"{cell.Epochs}"),
                Verdicts.Name(cell),
                Format.Points(cell.Difference?.Difference),
                Format.Interval(cell.Interval),
                Invariant($"{cell.Seeds}"),
                Verdicts.Seeds(cell.SeedsToDecide));
        }

        table.LeaveOutIfSame("epochs");
        if (judgement.Cells.Any(c => c.Difference is not null))
        {
            table.Write(terminal);
        }

        int open = judgement.Cells.Count(c => c is { Reason: null, Verdict: VerdictKind.Undecided });
        int without = judgement.Cells.Count(c => c.Reason is not null);
        string reasons = without == 0
            ? ""
            : Invariant($", {without} not computable ({string.Join("; ", judgement.Cells.Select(c => c.Reason).OfType<string>().Distinct())})");
        string looks = judgement.Looks.Count == 0
            ? "Not looked at yet"
            : $"Looked at with {string.Join(", ", judgement.Looks.Select(l => Invariant($"{l}")))} seeds";
        string trials = judgement.Looks.Count == 0
            ? ""
            : Invariant($", with {Plural.Of(judgement.Cells.Sum(c => c.Seeds), "trial")} of swaps in all");
        terminal.WriteLine(
            Invariant(
                $"{looks}; {judgement.Cells.Count - open - without} of {judgement.Cells.Count} decided{reasons}{trials}. "
            ) + Invariant($"'Equivalent' means within ±{100 * judgement.Margin:0.###} points. ")
                + "Differences are those of the seeds of the look that decided, or of the last one; the cells above have all seeds. "
                + "The chance of even one false verdict over all cells and looks is at most 5 % of each kind."
        );
        foreach (string note in Verdicts.Notes(judgement, Format.Minus))
        {
            terminal.WriteLine(note);
        }

        if (SeedsColumn.Legend(judgement.Cells.Select(c => c.SeedsToDecide)) is { } legend)
        {
            terminal.WriteLine($"{legend}.");
        }

        int stopped = judgement.Cells.Count(c => c is { HasStopped: true, Reason: null });
        if (stopped > 0)
        {
            terminal.WriteLine(
                $"{Plural.Of(stopped, "cell")} stopped at the last look that {(stopped == 1 ? "it has" : "they have")} the seeds of, as a trial failed: "
                    + "the command that began the study tries that again.");
        }

        open -= stopped;
        if (open > 0 && judgement is { Looks.Count: > 0, Requests: [var next, ..] })
        {
            terminal.WriteLine(
                Invariant($"The next look is with {next.Seeds} seeds of the cells that are open: the command that began the study goes on to it."));
        }

        if (open > 0 && judgement is { Looks.Count: > 0, Requests.Count: 0 })
        {
            terminal.WriteLine(
                $"{Plural.Of(open, "cell")} {(open == 1 ? "stays" : "stay")} open at the last look: these are all the seeds that were allowed before the first. With a higher --max-seeds "
                    + "looks go on, but a limit that is raised after looking does not keep the error rates above. More test images help as well."
            );
        }

        foreach (string reason in UncomputableCells.Reasons(judgement.Cells.Select(c => (c.Position, c.Operation, c.Epochs, c.Reason))))
        {
            terminal.WriteLine($"Not computable: {reason}.");
        }

        terminal.WriteLine();
    }
}
