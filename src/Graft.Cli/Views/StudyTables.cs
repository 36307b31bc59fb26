using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Operations;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>A study's results as tables: accuracies by position and operation as in <b>Seo &amp; Lee</b>, tables 2 and 3, and what each cell costs.</summary>
internal static class StudyTables
{
    public static void Write(Terminal terminal, StudyResult result)
    {
        var teacher = result.Teacher;
        terminal.WriteLine(
            teacher.Accuracy is { } accuracy
                ? Invariant(
                    $"Teacher {result.NetworkTitle}: test accuracy {Format.Percent(accuracy)} %{PrecisionWords.Of(result.Provenance.Precision)}, {Format.Count(teacher.Parameters)} parameters, {Format.Millions(teacher.MultiplyAccumulates)} M multiply-accumulates"
                )
                : $"Teacher {result.NetworkTitle}: {teacher.State.ToName()}{(teacher.Error is { } error ? $": {error}" : "")}"
        );
        if (teacher.Remark is { } remark)
        {
            terminal.WriteNote(remark);
        }

        result.Remarks.ToList().ForEach(terminal.WriteNote);
        terminal.WriteNote(Verdicts.OtherMargins(result));
        WriteWhatIsThere(terminal, result);
        foreach (var length in result.Cells.GroupBy(c => c.Epochs).Where(cells => cells.Any(HasValue)))
        {
            terminal.WriteLine();
            terminal.WriteLine(Invariant($"Test accuracy after {Plural.Of(length.Key, "epoch")}, %: mean ± std (n)"));
            Accuracies(result, [.. length]).Write(terminal);
        }

        terminal.WriteLine();
        int? onlyLength = OnlyLength(result.Cells.Select(c => c.Epochs));
        terminal.WriteLine($"Each cell{(onlyLength is { } only ? $", after {Plural.Of(only, "epoch")}" : "")}");
        var cells = Cells(result);
        cells.LeaveOutIfSame("epochs");
        cells.LeaveOutEmpty();
        cells.Write(terminal);
        WriteFailures(terminal, result);
        if (result.Analysis is { } analysis)
        {
            AnalysisTables.Write(terminal, analysis, result.Sequential);
        }

        if (CostWords.Of(result.Provenance) is { } cost)
        {
            terminal.WriteLine($"Cost: {cost}.");
        }
    }

    /// <summary>The training length where there is one alone, which then stands in the heading; else null.</summary>
    public static int? OnlyLength(IEnumerable<int> lengths) => lengths.Distinct().ToList() is [var only] ? only : null;

    private static WideTable Accuracies(StudyResult result, List<CellResult> cells)
    {
        var shown = cells.FindAll(HasValue);
        var operations = result.Operations.Intersect(shown.Select(c => c.Operation)).ToList();
        var table = new WideTable(1, [">position", .. operations.Select(o => $">{WideTable.OperationHeading(o)}")]);
        foreach (var position in shown.Select(c => c.Position).Distinct())
        {
            table.AddRow([Invariant($"{position}"), .. operations.Select(o => cells.Find(c => c.Position == position && c.Operation == o) is { } cell
                ? Accuracy(cell)
                : "")]);
        }

        return table;
    }

    private static WideTable Cells(StudyResult result)
    {
        var table = new WideTable(
            2,
            ">position",
            "operation",
            ">epochs",
            ">accuracy, %",
            ">to teacher,\npoints",
            ">before\ntraining, %",
            ">distillation\nloss",
            ">parameters",
            ">mult-\nadds, M"
        );
        bool anyValue = result.Cells.Any(HasValue);
        foreach (var cell in Listed(result))
        {
            table.AddRow(
                cell.IsUnchanged ? "any" : Invariant($"{cell.Position}"),
                cell.Operation,
                Invariant($"{cell.Epochs}"),
                anyValue ? Accuracy(cell) : "",
                Format.Difference(cell),
                Format.Percent(cell.AccuracyBeforeTraining),
                Format.Number(cell.DistillationLoss, "0.0000"),
                Format.Count(cell.Parameters),
                Format.Millions(cell.MultiplyAccumulates));
        }

        return table;
    }

    // The unchanged network trained on is the same at every position: one line.
    private static IEnumerable<CellResult> Listed(StudyResult result) => result.Cells.DistinctBy(c => c.Key);

    private static void WriteFailures(Terminal terminal, StudyResult result)
    {
        var failures = result
            .Cells.SelectMany(
                c => c.Trials.Where(t => t.State == StepState.Failed),
                (cell, trial) => (trial.Key, trial.Error, Name: Invariant($"{cell.Operation} at {cell.Position}, seed {trial.Seed}"))
            )
            .DistinctBy(f => f.Key)
            .GroupBy(f => f.Error);
        foreach (var group in failures)
        {
            terminal.WriteLine(group.Count() == 1
                ? Invariant($"Failed: {group.First().Name}: {group.Key}")
                : Invariant($"Failed: {group.Count()} trials ({group.First().Name}, …): {group.Key}"));
        }

        foreach (var measurement in result.FailedMeasurements)
        {
            terminal.WriteLine($"Failed: {measurement.What}: {measurement.Error}");
        }

        LeftOutLines.Write(terminal, result.Unavailable);
        if (result.Cells.Any(c => c.Operation == TeacherOperation.FamilyName && !c.IsUnchanged))
        {
            terminal.WriteLine(SpanWords.OwnBlock);
        }

        terminal.WriteLine();
    }

    // Of a study that has not ended.
    private static void WriteWhatIsThere(Terminal terminal, StudyResult result)
    {
        var trials = result.Cells.SelectMany(c => c.Trials).DistinctBy(t => t.Key).ToList();
        var all = Listed(result).ToList();
        int done = trials.Count(t => t.State == StepState.Done), failed = trials.Count(t => t.State == StepState.Failed);
        int whole = all.Count(c => c.Trials.All(t => t.State == StepState.Done));
        if (done + failed < trials.Count)
        {
            string cells = whole == 0 ? "no cell has" : Invariant($"{whole:N0} of {Plural.Of(all.Count, "cell has", "cells have")}");
            string seeds = whole == 0 ? "its seeds yet" : "their seeds";
            terminal.WriteLine(
                Invariant($"{done:N0} of {Plural.Of(trials.Count, "trial")} done{(failed > 0 ? Invariant($", {failed:N0} failed") : "")}; ")
                    + $"{cells} all {seeds}. The command that began the study goes on.");
        }
    }

    // Whether there is something to be shown of its accuracy.
    private static bool HasValue(CellResult cell) => cell.Mean is not null || cell.State == StepState.Failed;

    private static string Accuracy(CellResult cell) => cell.Mean is { } mean
        ? Invariant($"{Format.Percent(mean)}{(cell.Std is { } std ? $" ± {Format.Percent(std)}" : "")} ({cell.Accuracies.Count})")
        : cell.State.ToName();
}
