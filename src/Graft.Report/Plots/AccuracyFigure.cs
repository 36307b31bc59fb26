using Graft.Analysis;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Report.Plots;

/// <summary>Final accuracy with its interval, one panel for each position.</summary>
internal static class AccuracyFigure
{
    /// <summary>The panels of one training length, on the axis that all lengths share.</summary>
    public static IReadOnlyList<Panel> Panels(StudyView view, int epochs)
    {
        AxisScale x = Axis(view);
        return [.. view.Positions.Select(position => PanelOf(view, position, epochs, x)).OfType<Panel>()];
    }

    /// <summary>Whether some mean has no interval because a single trial is behind it.</summary>
    public static bool HasSingleTrials(StudyView view) => view.Result.Cells.Any(c => Percentages(c).Length == 1);

    /// <summary>Whether any mean has an interval.</summary>
    public static bool HasIntervals(StudyView view) => view.Result.Cells.Any(c => Percentages(c).Length > 1);

    private static AxisScale Axis(StudyView view)
    {
        // With two seeds the interval is 18 times as wide as they are apart: it would squeeze everything else, and is cut instead.
        IEnumerable<double> values = view.Result.Cells.Select(Percentages).SelectMany(x => x.Length > 2 && ConfidenceInterval.OfMean(x) is { } interval
            ? [.. x, interval.Lower, interval.Upper] : x);
        return AxisScale.Linear(values, 6, smallestSpan: 1);
    }

    private static double[] Percentages(CellResult cell) => [.. cell.Accuracies.Where(double.IsFinite).Select(a => 100 * a)];

    private static double? Mean(CellResult? cell) => cell is not null && Percentages(cell) is [_, ..] values ? values.Average() : null;

    private static Panel? PanelOf(StudyView view, PositionRow position, int epochs, AxisScale x)
    {
        DotRow[] rows = [.. view.CellsAt(position.Index, epochs).Select(c => Row(view, c))];
        if (rows.All(r => r.Values.Count == 0))
        {
            return null;
        }

        string title = Title(position);
        using PlotFrame frame = DotPlot.Draw(x, rows, Mean(view.Baseline(epochs)), "Test accuracy (%)");
        string svg = frame.ToSvg(Invariant($"accuracy-{epochs}-{position.Index}"), Invariant($"Test accuracy after {Plural.Of(epochs, "epoch")}, {title}"));
        return new Panel(title, svg);
    }

    /// <summary>A position as the title of a panel.</summary>
    internal static string Title(PositionRow position) => $"Position {position.Name}";

    private static DotRow Row(StudyView view, CellResult cell)
    {
        double[] values = Percentages(cell);
        return new DotRow(StudyView.NameOf(cell), view.StyleOf(cell.Operation), values, ConfidenceInterval.OfMean(values));
    }
}
