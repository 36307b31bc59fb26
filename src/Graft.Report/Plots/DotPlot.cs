namespace Graft.Report.Plots;

/// <summary>Draws means, single values and intervals, a row for each operation.</summary>
internal static class DotPlot
{
    private const int RowHeight = 24;

    /// <summary>Draws the plot.</summary>
    /// <param name="x">The axis of the values.</param>
    /// <param name="rows">The rows from top to bottom; one without values keeps its place.</param>
    /// <param name="reference">A value to compare with, drawn as a line down the plot; null for none.</param>
    /// <param name="quantity">What the values are, with their unit.</param>
    /// <param name="band">A range that is shaded over the whole height; null for none.</param>
    /// <returns>A frame to be turned into SVG; the caller disposes it.</returns>
    public static PlotFrame Draw(AxisScale x, IReadOnlyList<DotRow> rows, double? reference, string quantity, (double From, double To)? band = null)
    {
        AxisScale y = AxisScale.Names([.. rows.Select(r => r.Name)]);
        PlotFrame frame = new(x, y, RowHeight * Math.Max(rows.Count, 1), quantity, yLabel: "");
        if (band is { } range && x.Map(range.From) is { } from && x.Map(range.To) is { } to)
        {
            frame.AddBand(from, to);
        }

        if (x.Map(reference) is { } line)
        {
            frame.AddVertical(line, SeriesStyle.Teacher.Color, 1);
        }

        foreach ((int i, DotRow row) in rows.Index())
        {
            if (row.Interval is { } interval)
            {
                DrawInterval(frame, x, -i, row, interval.Lower, interval.Upper);
            }

            (double, double)[] single = [.. row.Values.Select(v => x.Map(v)).OfType<double>().Select(v => (v, -i + 0.28))];
            if (single.Length > 1)
            {
                frame.AddMarkers(single, row.Style with { Marker = MarkerKind.Circle }, 3.5f, 0.7);
            }

            if (row.Values.Count > 0 && x.Map(row.Values.Average()) is { } mean)
            {
                frame.AddMarkers([(mean, -i)], row.Style, 9);
            }
        }

        return frame;
    }

    private static void DrawInterval(PlotFrame frame, AxisScale x, double y, DotRow row, double lower, double upper)
    {
        const double Cap = 0.15;
        // An interval of three values can be wider than the axis: it is cut at the edge, without the cap that would mark its end.
        double? from = x.Map(lower), to = x.Map(upper);
        double left = Math.Max(from ?? x.Min, x.Min), right = Math.Min(to ?? x.Max, x.Max);
        frame.AddLine([(left, y), (right, y)], row.Style.Color, 1.6f);
        foreach (double end in new[] { from, to }.OfType<double>().Where(v => v >= x.Min && v <= x.Max))
        {
            frame.AddLine([(end, y - Cap), (end, y + Cap)], row.Style.Color, 1.6f);
        }
    }
}
