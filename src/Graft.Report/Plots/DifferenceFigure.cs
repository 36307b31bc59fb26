using Graft.Analysis;
using Graft.Runtime;

namespace Graft.Report.Plots;

/// <summary>Differences to the unchanged network with their intervals and the margin of equivalence, one panel for each position.</summary>
internal static class DifferenceFigure
{
    /// <summary>The panels of one training length, on the axis that all lengths share.</summary>
    /// <param name="view">The study.</param>
    /// <param name="bars">The differences of all lengths.</param>
    /// <param name="margin">The margin of equivalence, in points.</param>
    /// <param name="epochs">The length.</param>
    public static IReadOnlyList<Panel> Panels(StudyView view, IReadOnlyList<DifferenceBar> bars, double margin, int epochs)
    {
        AxisScale x = AxisScale.Linear(
            [
                -margin,
                margin,
                .. bars.SelectMany(Range),
            ],
            6,
            smallestSpan: 1
        );
        return
        [
            .. view
                .Positions.Select(position =>
                    PanelOf(view, position, [.. bars.Where(c => c.Position == position.Index && c.Epochs == epochs)], x, margin, epochs)
                )
                .OfType<Panel>(),
        ];
    }

    // What the axis has to hold: with two seeds intervals are many times as wide as all differences together, and are cut instead.
    private static IEnumerable<double> Range(DifferenceBar bar) =>
        (bar.Difference, bar.Interval) switch
        {
            ({ Seeds: 2 } test, _) => [100 * test.Difference, 100 * (test.Difference - test.StandardError), 100 * (test.Difference + test.StandardError)],
            (_, { } interval) => [100 * interval.Lower, 100 * interval.Upper],
            _ => [],
        };

    private static Panel? PanelOf(StudyView view, PositionRow position, DifferenceBar[] cells, AxisScale x, double margin, int epochs)
    {
        if (cells.All(c => c.Difference is null))
        {
            return null;
        }

        DotRow[] rows = [.. cells.Select(c => Row(view, c))];
        string title = AccuracyFigure.Title(position);
        using PlotFrame frame = DotPlot.Draw(x, rows, reference: 0, "Difference (points)", band: (-margin, margin));
        return new Panel(
            title,
            frame.ToSvg(
                Invariant($"difference-{epochs}-{position.Index}"),
                Invariant($"Difference of test accuracy after {Plural.Of(epochs, "epoch")}, {title}")
            )
        );
    }

    private static DotRow Row(StudyView view, DifferenceBar cell)
    {
        (string name, SeriesStyle style) = (StudyView.NameOf(cell.Position, cell.Operation), view.StyleOf(cell.Operation));
        return cell.Interval is { } interval
            ? new DotRow(name, style, [100 * interval.Mean], new ConfidenceInterval(100 * interval.Mean, 100 * interval.Lower, 100 * interval.Upper))
            : new DotRow(name, style, [], null);
    }
}
