namespace Graft.Report.Plots;

/// <summary>A series of a curve plot.</summary>
/// <param name="Style">How it is drawn.</param>
/// <param name="Points">Its points, ascending in x; values that an axis cannot show are left out when it is drawn.</param>
internal sealed record Curve(SeriesStyle Style, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The mean of several runs, at each x over the runs that have a finite value there.</summary>
    public static Curve MeanOf(SeriesStyle style, IEnumerable<IEnumerable<(double X, double? Y)>> runs)
    {
        var points = runs.SelectMany(run => run).Where(p => p.Y is { } y && double.IsFinite(y)).GroupBy(p => p.X, p => p.Y!.Value)
            .OrderBy(at => at.Key).Select(at => (at.Key, at.Average()));
        return new Curve(style, [.. points]);
    }
}
