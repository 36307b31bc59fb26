using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Report.Heat;

/// <summary>The study's table for one training length: positions down, operations across.</summary>
public sealed class HeatTable
{
    private const string EveryPosition = "every position";

    private readonly StudyView _view;
    private readonly DivergingScale _scale;

    /// <param name="view">The study.</param>
    /// <param name="epochs">The training length.</param>
    /// <param name="scale">Colours, the same for all lengths of a study.</param>
    public HeatTable(StudyView view, int epochs, DivergingScale scale)
    {
        ArgumentNullException.ThrowIfNull(view);
        _view = view;
        _scale = scale;
        Epochs = epochs;
    }

    /// <summary>The training length.</summary>
    public int Epochs { get; }

    /// <summary>The colours that hold every difference of a study.</summary>
    public static DivergingScale ScaleOf(StudyView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return DivergingScale.For(view.Result.Cells.Select(c => 100 * (c.DifferenceToTeacher ?? 0)));
    }

    /// <summary>The lowest and the highest difference in words; null with fewer than two.</summary>
    public string? Extremes()
    {
        CellResult[] cells = [.. _view.Result.Cells
            .Where(c => c.Epochs == Epochs && !c.IsUnchanged && c.DifferenceToTeacher is { } d && double.IsFinite(d))
            .OrderBy(c => c.DifferenceToTeacher)];
        return cells.Length < 2 ? null
            : $"Differences to the teacher run from {InWords(cells[0])} to {InWords(cells[^1])}, in percentage points.";
    }

    /// <summary>The places of a row, one for each operation; fewer where an earlier row's cell reaches down into it.</summary>
    /// <param name="row">The row, from 0, as in <see cref="StudyView.Positions"/>.</param>
    public IEnumerable<HeatCell> Row(int row)
    {
        foreach (string operation in _view.Operations)
        {
            CellResult? shared = operation == Unchanged.Operation && _view.Positions[row].Index.IsSingle ? _view.SharedTeacher(Epochs) : null;
            if (shared is null)
            {
                yield return Place(_view.Positions[row].Index, operation) with { Label = operation };
            }
            else if (row == 0)
            {
                int rows = _view.Positions.Count(p => p.Index.IsSingle);
                yield return Measured(shared, EveryPosition) with { Rows = rows, Label = rows > 1 ? $"{operation}, {EveryPosition}" : operation };
            }
        }
    }

    private static string InWords(CellResult cell) =>
        Invariant($"{Format.Points(cell.DifferenceToTeacher)} (position {cell.Position}, {StudyView.NameOf(cell)})");

    private HeatCell Place(Place position, string operation)
    {
        string where = Invariant($"position {position}");
        if (_view.Cell(position, operation, Epochs) is { } cell)
        {
            return Measured(cell, where);
        }

        return _view.ReasonUnavailable(position, operation) is { } reason
            ? new HeatCell { Kind = HeatKind.Unavailable, Value = "", Title = $"{operation} is unavailable at {where}: {reason}" }
            : new HeatCell { Kind = HeatKind.NotPlanned, Value = Format.None, Title = $"{operation} at {where} is not part of the plan" };
    }

    private HeatCell Measured(CellResult cell, string where)
    {
        string title = Invariant($"{StudyView.NameOf(cell)}, {where}, {Plural.Of(Epochs, "epoch")}");
        bool failed = cell.State == StepState.Failed || cell.Trials.Any(t => t.State == StepState.Failed);
        if (cell.Mean is not { } mean || !double.IsFinite(mean))
        {
            string reason = cell.Trials.FirstOrDefault(t => t.Error is not null)?.Error ?? "failed";
            return failed
                ? new HeatCell { Kind = HeatKind.Failed, Value = "✕ failed", Title = $"{title}: {reason}" }
                : new HeatCell { Kind = HeatKind.Pending, Value = cell.State.ToName(), Title = $"{title}: {cell.State.ToName()}" };
        }

        string value = cell.Std is { } std && double.IsFinite(std) ? $"{Format.Percent(mean)} ± {Format.Percent(std)}" : Format.Percent(mean);
        string note = Invariant($"n = {cell.Accuracies.Count}") + (cell.IsUnchanged ? "" : $" · {Format.Difference(cell)}");
        Rgb background = _scale.Background(cell.DifferenceToTeacher is { } d && double.IsFinite(d) ? 100 * d : 0);
        return new HeatCell
        {
            Kind = HeatKind.Measured,
            Value = value,
            Note = note,
            Title = Invariant($"{title}: {value} %, {note}{(failed ? "; some trials failed" : "")}"),
            PartlyFailed = failed,
            Style = $"background:{background.Hex};color:{DivergingScale.Ink(background).Hex}",
        };
    }
}
