namespace Graft.Report.Plots;

/// <summary>
/// Where names of points stand: beside their points, where they cover neither a point nor another name and, unless that is far off, no bar either. Everything
/// is in pixels from the upper left corner of the plot.
/// </summary>
internal sealed class LabelLayout
{
    private const double Line = 14; // from one name to the next below it
    private const double Gap = 8; // between a point and its name
    private const double Ascent = 10, Descent = 3; // of letters, from their baseline
    private const double LinesForABar = 4; // so much further off a name goes to cross one bar less

    private readonly PixelBox _area;
    private readonly IReadOnlyList<(double X, double Y)> _points;
    private readonly IReadOnlyList<PixelBox> _bars;
    private readonly List<PlacedLabel> _placed = [];

    /// <param name="area">The area between the axes.</param>
    /// <param name="points">The points that have names.</param>
    /// <param name="bars">Bars of intervals; boxes without width or height are lines.</param>
    public LabelLayout(PixelBox area, IReadOnlyList<(double X, double Y)> points, IReadOnlyList<PixelBox> bars) =>
        (_area, _points, _bars) = (area, points, bars);

    /// <summary>Finds a place for the next name, and keeps it free from then on. Where there is no room at all, it stands right of its point.</summary>
    /// <param name="point">The index of its point.</param>
    /// <param name="length">Its length.</param>
    public PlacedLabel Place(int point, double length)
    {
        PlacedLabel[] places = [.. Enumerable.Range(0, 2 * (int)(_area.Height / Line)).SelectMany(turn => Beside(_points[point], length, turn))];
        PlacedLabel chosen = places.Where(IsFree).MinBy(place => Math.Abs(place.Lines) + (LinesForABar * BarsUnder(place))) ?? places[0];
        _placed.Add(chosen);
        return chosen;
    }

    // At the point's own height first, above its interval, then in turns a line higher and a line lower; right of the point, then left.
    private static IEnumerable<PlacedLabel> Beside((double X, double Y) point, double length, int turn)
    {
        int lines = (turn % 2 == 0 ? 1 : -1) * ((turn + 1) / 2);
        double gap = Math.Abs(lines) > 1 ? 2 * Gap : Gap, baseline = point.Y - 6 + (Line * lines);
        return [new(point.X + gap, length, baseline, lines, 1), new(point.X - gap - length, length, baseline, lines, -1)];
    }

    private bool IsFree(PlacedLabel label) =>
        label.From >= _area.Left
        && label.To <= _area.Right
        && label.Baseline >= _area.Top + Ascent + 1
        && label.Baseline <= _area.Bottom - 2
        && !_placed.Exists(other => label.From < other.To && label.To > other.From && Math.Abs(label.Baseline - other.Baseline) < Line)
        && !_points.Any(p => p.X > label.From - 4 && p.X < label.To + 4 && Math.Abs(p.Y - (label.Baseline - 4)) < 9);

    private int BarsUnder(PlacedLabel label) => _bars.Count(new PixelBox(label.From, label.Baseline - Ascent, label.To, label.Baseline + Descent).Meets);
}

/// <summary>Where a name stands.</summary>
/// <param name="From">Its left end, in pixels.</param>
/// <param name="Length">Its length in pixels.</param>
/// <param name="Baseline">Its height in pixels from above.</param>
/// <param name="Lines">How many lines below its point, negative above.</param>
/// <param name="Side">1 right of the point, −1 left of it.</param>
internal sealed record PlacedLabel(double From, double Length, double Baseline, int Lines, int Side)
{
    /// <summary>Its right end, in pixels.</summary>
    public double To => From + Length;
}

/// <summary>A box in pixels from above and from the left.</summary>
/// <param name="Left">Its left side.</param>
/// <param name="Top">Its upper side.</param>
/// <param name="Right">Its right side, not left of the left one.</param>
/// <param name="Bottom">Its lower side, not above the upper one.</param>
internal readonly record struct PixelBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Its height.</summary>
    public double Height => Bottom - Top;

    /// <summary>The box of which two points are opposite corners.</summary>
    public static PixelBox Between((double X, double Y) a, (double X, double Y) b) =>
        new(Math.Min(a.X, b.X), Math.Min(a.Y, b.Y), Math.Max(a.X, b.X), Math.Max(a.Y, b.Y));

    /// <summary>Whether two boxes have a point in common.</summary>
    public bool Meets(PixelBox other) => Left <= other.Right && Right >= other.Left && Top <= other.Bottom && Bottom >= other.Top;
}
