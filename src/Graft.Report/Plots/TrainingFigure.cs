using Graft.Training;

namespace Graft.Report.Plots;

/// <summary>Training loss and held-out accuracy after each epoch, a pair of panels for each position.</summary>
internal static class TrainingFigure
{
    /// <summary>The pair of panels of the teacher's own training; empty for an imported teacher.</summary>
    public static IReadOnlyList<Panel> TeacherPanels(StudyView view)
    {
        IReadOnlyList<EpochResult> history = view.Result.Teacher.History;
        return [.. Pair("teacher", "Teacher", history.Select(e => e.Epoch).DefaultIfEmpty(1).Max(), q => [Curve.MeanOf(SeriesStyle.Teacher, [Values(history, q)])])];
    }

    /// <summary>The panels of one training length.</summary>
    public static IReadOnlyList<Panel> Panels(StudyView view, int epochs)
    {
        return [.. view.Positions.SelectMany(position => Pair(
            $"{epochs}-{position.Index}", AccuracyFigure.Title(position), epochs, q => Curves(view, position, epochs, q)))];
    }

    private static IEnumerable<Panel> Pair(string id, string title, int epochs, Func<Func<EpochResult, double?>, IReadOnlyList<Curve>> curves)
    {
        IReadOnlyList<Curve> loss = curves(e => e.TrainingLoss), accuracy = curves(e => 100 * e.HeldOutAccuracy);
        if (HasPoints(loss))
        {
            yield return Draw($"loss-{id}", title, epochs, loss, "Training loss", smallestSpan: 0.02);
        }

        if (HasPoints(accuracy))
        {
            yield return Draw($"held-out-{id}", title, epochs, accuracy, "Held-out accuracy (%)", smallestSpan: 1);
        }
    }

    private static Panel Draw(string id, string title, int epochs, IReadOnlyList<Curve> curves, string quantity, double smallestSpan)
    {
        AxisScale x = AxisScale.Counts(1, epochs);
        AxisScale y = AxisScale.Linear(curves.SelectMany(c => c.Points).Select(p => p.Y), 5, smallestSpan);
        using PlotFrame frame = new(x, y, 190);
        CurvePlot.Draw(frame, x, y, curves);
        return new Panel(title, frame.ToSvg(id, $"{quantity} over {Format.Plural(epochs, "epoch")}, {title}", "Epoch", quantity));
    }

    private static Curve[] Curves(StudyView view, PositionRow position, int epochs, Func<EpochResult, double?> quantity)
    {
        return [.. view.CellsAt(position.Index, epochs)
            .Select(cell => Curve.MeanOf(view.StyleOf(cell.Operation), cell.Trials.Select(t => Values(t.History, quantity))))];
    }

    private static bool HasPoints(IEnumerable<Curve> curves) => curves.Any(c => c.Points.Count > 0);

    private static IEnumerable<(double X, double? Y)> Values(IEnumerable<EpochResult> history, Func<EpochResult, double?> quantity)
    {
        return history.Select(e => ((double)e.Epoch, quantity(e)));
    }
}
