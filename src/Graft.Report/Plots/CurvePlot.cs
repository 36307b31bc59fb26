namespace Graft.Report.Plots;

/// <summary>Draws curves over a common axis.</summary>
internal static class CurvePlot
{
    private const int MostMarkers = 8;

    /// <summary>Adds the curves to a frame, each as a line with a few markers; a curve of one point is a marker alone.</summary>
    public static void Draw(PlotFrame frame, AxisScale x, AxisScale y, IReadOnlyList<Curve> curves)
    {
        // The first series is the reference: drawn last, it stays visible.
        foreach ((int i, Curve curve) in curves.Index().Reverse())
        {
            (double X, double Y)[] points = [.. curve.Points.Select(p => (X: x.Map(p.X), Y: y.Map(p.Y)))
                .Where(p => p.X is not null && p.Y is not null).Select(p => (p.X!.Value, p.Y!.Value))];
            if (points.Length == 0)
            {
                continue;
            }

            frame.AddLine(points, curve.Style.Color, curve.Style == SeriesStyle.Teacher ? 2.2f : 1.4f);
            int every = Math.Max(1, (points.Length + MostMarkers - 1) / MostMarkers);
            frame.AddMarkers([.. points.Where((_, at) => (at + i) % every == 0 || points.Length == 1)], curve.Style, 6);
        }
    }
}
