using System.Globalization;
using System.Xml.Linq;
using Graft.Report.Heat;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Graft.Report.Plots;

/// <summary>
/// A plot of fixed layout as one inline SVG element that scales with its place. ScottPlot draws all marks; the words are set here as SVG text,
/// so that they come out the same whichever fonts the machine has, and are drawn in the reader's own font.
/// </summary>
internal sealed class PlotFrame : IDisposable
{
    /// <summary>The width of a plot among others, and of all on a narrow screen.</summary>
    public const int UsualWidth = 400;

    private const int LeastBetweenAxes = 180, Right = 14, Bottom = 44, FontSize = 13;
    private const double CharacterWidth = 7.3; // of a wide sans-serif font of 13 px, on average

    private readonly Plot _plot = new();
    private readonly AxisScale _x;
    private readonly AxisScale _y;
    private readonly int _width;
    private readonly int _height;
    private readonly int _left;
    private readonly int _top;
    private readonly List<(double X, double Y, string Text, string Title, Rgb Color)> _labels = [];
    private readonly List<((double X, double Y) From, (double X, double Y) To)> _bars = [];
    private readonly string _xLabel;
    private readonly string _yLabel;

    /// <param name="x">The axis across.</param>
    /// <param name="y">The axis up.</param>
    /// <param name="plotHeight">Height of the area between the axes, in pixels at a width of 400 or more.</param>
    /// <param name="xLabel">The quantity across, with its unit.</param>
    /// <param name="yLabel">The quantity up, with its unit; empty where names stand.</param>
    /// <param name="width">The least width in pixels.</param>
    public PlotFrame(AxisScale x, AxisScale y, int plotHeight, string xLabel, string yLabel, int width = PlotFrame.UsualWidth)
    {
        _xLabel = xLabel;
        _yLabel = yLabel;
        _top = yLabel.Length > 0 ? 26 : 6;
        _x = x;
        _y = y;
        _height = plotHeight + _top + Bottom;
        _left = 12 + (int)(CharacterWidth * y.Ticks.Select(t => Shorten(t.Label).Length).DefaultIfEmpty(0).Max());
        _width = Math.Max(width, _left + LeastBetweenAxes + Right); // with long names everything is drawn smaller
        _plot.FigureBackground.Color = Colors.Transparent;
        _plot.DataBackground.Color = Colors.Transparent;
        _plot.Grid.MajorLineColor = Color.FromHex("#dcdcda");
        _plot.Layout.Fixed(new PixelPadding(_left, Right, Bottom, _top));
        _plot.Axes.SetLimits(x.Min, x.Max, y.Min, y.Max);
        _plot.Axes.Bottom.TickGenerator = new NumericManual([.. x.Ticks.Select(t => t.At)], [.. x.Ticks.Select(_ => "")]);
        _plot.Axes.Left.TickGenerator = new NumericManual([.. y.Ticks.Select(t => t.At)], [.. y.Ticks.Select(_ => "")]);
        foreach (IAxis axis in new IAxis[] { _plot.Axes.Bottom, _plot.Axes.Left })
        {
            axis.FrameLineStyle.Color = axis.MajorTickStyle.Color = Color.FromHex("#8a8a88");
        }

        _plot.Axes.Top.FrameLineStyle.Width = 0;
        _plot.Axes.Right.FrameLineStyle.Width = 0;
    }

    /// <summary>Draws a line through points given in axis coordinates.</summary>
    public void AddLine(IReadOnlyList<(double X, double Y)> points, Rgb color, float width)
    {
        ScottPlot.Plottables.Scatter line = _plot.Add.ScatterLine(points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), Of(color));
        line.LineWidth = width;
    }

    /// <summary>Draws the bar of an interval given in axis coordinates, within the axes, that names of points keep clear of.</summary>
    public void AddInterval((double X, double Y) from, (double X, double Y) to, Rgb color)
    {
        AddLine([from, to], color, 1);
        _bars.Add((from, to));
    }

    /// <summary>Draws points given in axis coordinates.</summary>
    public void AddMarkers(IReadOnlyList<(double X, double Y)> points, SeriesStyle style, float size, double opacity = 1)
    {
        MarkerShape shape = style.Marker switch
        {
            MarkerKind.Square => MarkerShape.FilledSquare,
            MarkerKind.TriangleUp => MarkerShape.FilledTriangleUp,
            MarkerKind.Diamond => MarkerShape.FilledDiamond,
            MarkerKind.TriangleDown => MarkerShape.FilledTriangleDown,
            _ => MarkerShape.FilledCircle,
        };
        _plot.Add.Markers(points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), shape, size, Of(style.Color).WithAlpha(opacity));
    }

    /// <summary>Names a point given in axis coordinates, beside it where there is room (<see cref="LabelLayout"/>).</summary>
    /// <param name="x">The point across.</param>
    /// <param name="y">The point up.</param>
    /// <param name="text">Its name.</param>
    /// <param name="title">What is said of it when one points at the name.</param>
    /// <param name="color">The colour of the name.</param>
    public void AddLabel(double x, double y, string text, string title, Rgb color) => _labels.Add((x, y, text, title, color));

    /// <summary>Shades a range of the axis across over the whole height.</summary>
    public void AddBand(double from, double to)
    {
        ScottPlot.Plottables.HorizontalSpan span = _plot.Add.HorizontalSpan(from, to, Color.FromHex("#0072b2").WithAlpha(0.13));
        span.LineStyle.Width = 0;
    }

    /// <summary>Draws a line across the whole height.</summary>
    public void AddVertical(double x, Rgb color, float width) => AddLine([(x, _y.Min), (x, _y.Max)], color, width);

    /// <summary>The plot as an SVG element.</summary>
    /// <param name="id">Unique on the page: letters, digits and hyphens.</param>
    /// <param name="description">What it shows, for those who do not see it.</param>
    public string ToSvg(string id, string description)
    {
        XElement svg = InlineSvg.Read(_plot.GetSvgXml(_width, _height), id);
        svg.SetAttributeValue("viewBox", Invariant($"0 0 {_width} {_height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", description);
        svg.SetAttributeValue("font-family", "system-ui, 'Liberation Sans', Arial, Helvetica, sans-serif");
        svg.SetAttributeValue("font-size", FontSize);
        svg.Add(Words());
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    /// <inheritdoc/>
    public void Dispose() => _plot.Dispose();

    private static Color Of(Rgb color) => new(color.R, color.G, color.B);

    private static string Shorten(string label) => label.Length <= 44 ? label : label[..43] + "…";

    private static XElement Text(string text, double x, double y, string anchor, string fill)
    {
        return new XElement("text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)),
            new XAttribute("text-anchor", anchor), new XAttribute("fill", fill), text);
    }

    private static string Number(double x) => x.ToString("0.#", CultureInfo.InvariantCulture);

    private IEnumerable<XElement> Words()
    {
        const string Ink = "#1c1c1a", Muted = "#4a4a47";
        double wide = _width - _left - Right, high = _height - _top - Bottom;
        foreach (AxisTick tick in _x.Ticks)
        {
            yield return Text(tick.Label, _left + (wide * _x.Fraction(tick.At)), _height - Bottom + 18, "middle", Muted);
        }

        foreach (AxisTick tick in _y.Ticks)
        {
            yield return Text(Shorten(tick.Label), _left - 7, _top + (high * (1 - _y.Fraction(tick.At))) + 4.5, "end", Muted);
        }

        yield return Text(_xLabel, _left + (wide / 2), _height - 8, "middle", Ink);
        if (_yLabel.Length > 0)
        {
            yield return Text(_yLabel, 2, 15, "start", Ink);
        }

        foreach (XElement label in Labels(wide, high))
        {
            yield return label;
        }
    }

    private IEnumerable<XElement> Labels(double wide, double high)
    {
        (double X, double Y)[] points = [.. _labels.Select(l => At(l.X, l.Y))];
        PixelBox[] bars = [.. _bars.Select(bar => PixelBox.Between(At(bar.From.X, bar.From.Y), At(bar.To.X, bar.To.Y)))];
        LabelLayout layout = new(new(_left, _top, _width - Right, _top + high), points, bars);
        foreach (var (i, (_, _, text, title, color)) in _labels.Index().OrderBy(l => points[l.Index].Y))
        {
            PlacedLabel chosen = layout.Place(i, CharacterWidth * text.Length);
            if (Math.Abs(chosen.Lines) > 1)
            {
                yield return Leader(points[i], chosen, color); // to what stands further off
            }

            XElement label = Text(text, chosen.Side > 0 ? chosen.From : chosen.To, chosen.Baseline, chosen.Side > 0 ? "start" : "end", color.Hex);
            label.Add(
                new XAttribute("stroke", "#ffffff"),
                new XAttribute("stroke-width", "3"),
                new XAttribute("paint-order", "stroke"),
                new XElement("title", title)
            );
            yield return label;
        }

        (double X, double Y) At(double x, double y) => (_left + (wide * _x.Fraction(x)), _top + (high * (1 - _y.Fraction(y))));
    }

    private static XElement Leader((double X, double Y) point, PlacedLabel label, Rgb color) => new("line",
        new XAttribute("x1", Number(point.X)), new XAttribute("y1", Number(point.Y)),
        new XAttribute("x2", Number(label.Side > 0 ? label.From - 2 : label.To + 2)), new XAttribute("y2", Number(label.Baseline - 4)),
        new XAttribute("stroke", color.Hex), new XAttribute("stroke-width", "0.6"));
}
