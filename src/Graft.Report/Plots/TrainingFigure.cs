using Graft.Analysis;
namespace Graft.Report.Plots;

/// <summary>Training loss or held-out accuracy after each epoch, a panel for each position.</summary>
internal static class TrainingFigure
{
    /// <summary>The teacher's own training: a panel for each quantity it recorded; empty for an imported teacher.</summary>
    public static IReadOnlyList<Panel> TeacherPanels(StudyView view)
    {
        IReadOnlyList<EpochResult> history = view.Result.Teacher.History;
        int epochs = history.Select(e => e.Epoch).DefaultIfEmpty(1).Max();
        return [.. new[] { TrainingQuantity.Loss, TrainingQuantity.HeldOutAccuracy }
            .SelectMany(q => Draw(q, $"{q.Id}-teacher", epochs, [("Teacher", default(Place), [Curve.MeanOf(SeriesStyle.Teacher, [q.Values(history)])])]))];
    }

    /// <summary>The panels of one quantity and training length, all on the same axes.</summary>
    public static IReadOnlyList<Panel> Panels(StudyView view, int epochs, TrainingQuantity quantity)
    {
        return Draw(quantity, Invariant($"{quantity.Id}-{epochs}"), epochs,
            [.. view.Positions.Select(p => (AccuracyFigure.Title(p), p.Index, Curves(view, p, epochs, quantity)))]);
    }

    private static Panel[] Draw(TrainingQuantity quantity, string id, int epochs, (string Title, Place Index, Curve[] Curves)[] panels)
    {
        AxisScale x = AxisScale.Counts(1, epochs);
        AxisScale y = AxisScale.Linear(panels.SelectMany(p => p.Curves).SelectMany(c => c.Points).Select(p => p.Y), 5, quantity.SmallestSpan);
        return
        [
            .. panels
                .Where(p => p.Curves.Any(c => c.Points.Count > 0))
                .Select(p =>
                {
                    using PlotFrame frame = new(x, y, 190, "Epoch", quantity.Label);
                    CurvePlot.Draw(frame, x, y, p.Curves);
                    return new Panel(
                        p.Title,
                        frame.ToSvg(Invariant($"{id}-{p.Index}"), Invariant($"{quantity.Label} over {Format.Plural(epochs, "epoch")}, {p.Title}"))
                    );
                }),
        ];
    }

    private static Curve[] Curves(StudyView view, PositionRow position, int epochs, TrainingQuantity quantity)
    {
        return [.. view.CellsAt(position.Index, epochs)
            .Select(cell => Curve.MeanOf(view.StyleOf(cell.Operation), cell.Trials.Select(t => quantity.Values(t.History))))];
    }
}
