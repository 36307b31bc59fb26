using Graft.Analysis;
using Graft.Jobs.Studies;
using Graft.Runtime;

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

    /// <summary>The panels of one quantity and training length, all on the same axes: curves, or of a single epoch the values after it.</summary>
    public static IReadOnlyList<Panel> Panels(StudyView view, int epochs, TrainingQuantity quantity)
    {
        return epochs == 1
            ? AfterOneEpoch(view, quantity)
            : Draw(quantity, Invariant($"{quantity.Id}-{epochs}"), epochs,
                [.. view.Positions.Select(p => (AccuracyFigure.Title(p), p.Index, Curves(view, p, epochs, quantity)))]);
    }

    private static Panel[] AfterOneEpoch(StudyView view, TrainingQuantity quantity)
    {
        (PositionRow Position, DotRow[] Rows)[] all = [.. view.Positions.Select(p => (p, Rows(view, p, quantity)))];
        AxisScale x = AxisScale.Linear(all.SelectMany(p => p.Rows).SelectMany(r => r.Values), 4, quantity.SmallestSpan);
        return
        [
            .. all.Where(p => p.Rows.Any(r => r.Values.Count > 0))
                .Select(p =>
                {
                    string title = AccuracyFigure.Title(p.Position);
                    using PlotFrame frame = DotPlot.Draw(x, p.Rows, reference: null, quantity.Label);
                    return new Panel(title, frame.ToSvg(Invariant($"{quantity.Id}-1-{p.Position.Index}"), $"{quantity.Label} after 1 epoch, {title}"));
                }),
        ];
    }

    private static DotRow[] Rows(StudyView view, PositionRow position, TrainingQuantity quantity)
    {
        return
        [
            .. view.CellsAt(position.Index, 1)
                .Select(cell => new DotRow(StudyView.NameOf(cell), view.StyleOf(cell.Operation), Last(cell), Interval: null)),
        ];

        double[] Last(CellResult cell) => [.. cell.Trials.Select(t => quantity.Values(t.History).LastOrDefault().Y).OfType<double>().Where(double.IsFinite)];
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
                        frame.ToSvg(Invariant($"{id}-{p.Index}"), Invariant($"{quantity.Label} over {Plural.Of(epochs, "epoch")}, {p.Title}"))
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
