using Graft.Jobs.Studies;

namespace Graft.Report.Plots;

/// <summary>How well candidates learnt to do the teacher's work at their position: loss over images seen, and the final one.</summary>
internal static class DistillationFigure
{
    /// <summary>The operations that have anything to learn, in the study's order.</summary>
    public static IReadOnlyList<string> Operations(StudyView view)
    {
        HashSet<string> distilled = [.. view.Positions.SelectMany(p => Candidates(view, p)).Select(c => c.Operation)];
        return [.. view.Operations.Where(distilled.Contains)];
    }

    /// <summary>An operation in words: the unchanged network has nothing to learn, so that <c>teacher</c> is its own block for a run of positions.</summary>
    public static string NameOf(string operation) => operation == Unchanged.Operation ? StudyView.OwnBlock : operation;

    /// <summary>Normalised loss on training images over images seen, a panel for each position.</summary>
    public static IReadOnlyList<Panel> CurvePanels(StudyView view)
    {
        (PositionRow Position, Curve[] Curves)[] all =
            [.. view.Positions.Select(p => (p, Candidates(view, p).Select(c => CurveOf(view, c)).ToArray()))];
        (double X, double Y)[] points = [.. all.SelectMany(p => p.Curves).SelectMany(c => c.Points)];
        AxisScale x = AxisScale.Counts(0, (long)points.Select(p => p.X).DefaultIfEmpty(1).Max());
        AxisScale y = AxisScale.Logarithmic(points.Select(p => p.Y));
        return [.. all.Where(p => p.Curves.Any(c => c.Points.Any(point => point.Y > 0))).Select(p => PanelOf(p.Position, p.Curves, x, y))];
    }

    /// <summary>Final normalised loss on held-out images, a panel for each position.</summary>
    public static IReadOnlyList<Panel> FinalPanels(StudyView view)
    {
        (PositionRow Position, DotRow[] Rows)[] all =
            [.. view.Positions.Select(p => (p, Candidates(view, p).Select(c => FinalRow(view, c)).ToArray()))];
        AxisScale x = AxisScale.Logarithmic(all.SelectMany(p => p.Rows).SelectMany(r => r.Values));
        return [.. all.Where(p => p.Rows.Any(r => r.Values.Count > 0)).Select(p => FinalPanelOf(p.Position, p.Rows, x))];
    }

    // A candidate is distilled once for each seed, before trials of different lengths part: the first length that knows it is enough.
    private static IEnumerable<CellResult> Candidates(StudyView view, PositionRow position)
    {
        return view.Operations
            .Select(o => view.Lengths.Select(e => view.Cell(position.Index, o, e)).OfType<CellResult>()
                .FirstOrDefault(c => !c.IsUnchanged && c.Trials.Any(t => t.DistillationLoss is not null || t.DistillationHistory.Count > 0)))
            .OfType<CellResult>();
    }

    private static Curve CurveOf(StudyView view, CellResult cell)
    {
        return Curve.MeanOf(view.StyleOf(cell.Operation),
            cell.Trials.Select(t => t.DistillationHistory.Select(p => ((double)p.Images, (double?)p.Loss))));
    }

    private static DotRow FinalRow(StudyView view, CellResult cell)
    {
        double[] losses = [.. cell.Trials.Select(t => t.DistillationLoss).OfType<double>().Where(x => double.IsFinite(x) && x > 0)];
        return new DotRow(StudyView.NameOf(cell), view.StyleOf(cell.Operation), losses, Interval: null);
    }

    private static Panel PanelOf(PositionRow position, Curve[] curves, AxisScale x, AxisScale y)
    {
        string title = AccuracyFigure.Title(position);
        using PlotFrame frame = new(x, y, 190, "Images seen", "Normalised loss (log)");
        CurvePlot.Draw(frame, x, y, curves);
        return new Panel(title, frame.ToSvg(Invariant($"distillation-{position.Index}"), $"Distillation loss over images seen, {title}"));
    }

    private static Panel FinalPanelOf(PositionRow position, DotRow[] rows, AxisScale x)
    {
        string title = AccuracyFigure.Title(position);
        using PlotFrame frame = DotPlot.Draw(x, rows, reference: null, "Normalised held-out loss (log)");
        return new Panel(title, frame.ToSvg(Invariant($"distilled-{position.Index}"), $"Final distillation loss, {title}"));
    }
}
