using System.Globalization;
using System.Xml.Linq;
using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class PlotFrameTests
{
    [Fact]
    public void ToSvg_AnyPlot_ScalesWithItsPlace()
    {
        XElement svg = Draw("operation");

        Assert.Equal("svg", svg.Name);
        Assert.Equal("0 0 400 150", svg.Attribute("viewBox")!.Value);
        Assert.Null(svg.Attribute("width"));
        Assert.Null(svg.Attribute("height"));
    }

    [Fact]
    public void ToSvg_Words_AreTextWithOnePositionEach()
    {
        XElement[] words = [.. Draw("conv-stack(w=2,k=3)").Elements("text")];

        Assert.Equal(["0.0", "0.5", "1.0", "conv-stack(w=2,k=3)", "Accuracy <%>"], words.Select(w => w.Value));
        Assert.All(words, w => Assert.True(double.TryParse(w.Attribute("x")!.Value, CultureInfo.InvariantCulture, out _)));
    }

    [Fact]
    public void ToSvg_LongName_GetsRoom()
    {
        XElement svg = Draw("inverted-residual(e=match,k=3)+frozen-rest");
        XElement name = svg.Elements("text").ElementAt(3);

        Assert.Equal("inverted-residual(e=match,k=3)+frozen-rest", name.Value);
        double end = double.Parse(name.Attribute("x")!.Value, CultureInfo.InvariantCulture);
        double width = double.Parse(svg.Attribute("viewBox")!.Value.Split(' ')[2], CultureInfo.InvariantCulture);
        Assert.InRange(end, 7.0 * name.Value.Length, width - 180);
    }

    // Twelve networks of about one accuracy and latency, at the top of the plot and at its right end.
    [Theory]
    [InlineData(0.5, 0.98)]
    [InlineData(0.99, 0.5)]
    [InlineData(0.02, 0.02)]
    public void ToSvg_NamesOfPointsSideBySide_CoverNeitherOneAnotherNorLeaveThePlot(double x, double y)
    {
        AxisScale scale = AxisScale.Linear([0, 1], 6, 0.01);
        using PlotFrame frame = new(scale, scale, 300, "x", "y", width: 900);
        for (int i = 0; i < 12; i++)
        {
            double across = 0.003 * (i % 4) * (x > 0.5 ? -1 : 1), up = 0.004 * i * (y > 0.9 ? -1 : 1);
            frame.AddLabel(x + across, y + up, Invariant($"network {i}"), Invariant($"{i}"), new(0, 0, 0));
        }

        XElement[] names = [.. XElement.Parse(frame.ToSvg("names", "names")).Elements("text").Where(t => t.Element("title") is not null)];

        Assert.Equal(12, names.Length);
        (double From, double To, double Y)[] boxes = [.. names.Select(Box)];
        Assert.All(boxes, box => Assert.True(box.From >= 0 && box.To <= 900 && box.Y >= 26 + 11 && box.Y <= 26 + 300, $"{box}"));
        Assert.All(
            boxes.Index(),
            a => Assert.DoesNotContain(
                boxes.Index(), b => b.Index > a.Index && a.Item.From < b.Item.To && b.Item.From < a.Item.To && Math.Abs(a.Item.Y - b.Item.Y) < 13.9)
        );

        static (double From, double To, double Y) Box(XElement name)
        {
            double at = Number(name, "x"), length = 7.3 * name.Nodes().OfType<XText>().Single().Value.Length;
            return name.Attribute("text-anchor")!.Value == "start" ? (at, at + length, Number(name, "y")) : (at - length, at, Number(name, "y"));
        }
    }

    // Of a point in the middle: the bars of others run where its name would stand.
    [Theory]
    [InlineData(0.52, 0.53, 0.95, 0.53)] // across, right of it
    [InlineData(0.53, 0.3, 0.53, 0.7)] // up, right of it
    [InlineData(0.05, 0.53, 0.95, 0.53)] // across the whole plot
    public void ToSvg_NameBesideBarsOfOthers_CrossesNone(double fromX, double fromY, double toX, double toY)
    {
        AxisScale scale = AxisScale.Linear([0, 1], 6, 0.01);
        using PlotFrame frame = new(scale, scale, 300, "x", "y", width: 900);
        frame.AddInterval((0.5, 0.45), (0.5, 0.55), new(0, 0, 0));
        frame.AddInterval((fromX, fromY), (toX, toY), new(0, 0, 0));
        frame.AddLabel(0.5, 0.5, "network", "its title", new(0, 0, 0));

        XElement svg = XElement.Parse(frame.ToSvg("bars", "bars"));

        XElement name = svg.Elements("text").Single(t => t.Element("title") is not null);
        double at = Number(name, "x"), length = 7.3 * "network".Length, baseline = Number(name, "y");
        double left = name.Attribute("text-anchor")!.Value == "start" ? at : at - length;
        XElement[] ticks = [.. svg.Elements("text").Where(t => t.Value is "0.0" or "1.0")]; // two of the axis across, then two of that up
        double zeroX = Number(ticks[0], "x"), oneX = Number(ticks[1], "x"), zeroY = Number(ticks[2], "y") - 4.5, oneY = Number(ticks[3], "y") - 4.5;
        foreach (var (barFromX, barFromY, barToX, barToY) in new[] { (0.5, 0.45, 0.5, 0.55), (fromX, fromY, toX, toY) })
        {
            bool isBeside = left + length < X(barFromX) || left > X(barToX), isAboveOrBelow = baseline < Y(barToY) || baseline - 9 > Y(barFromY);
            Assert.True(isBeside || isAboveOrBelow, Invariant($"{name} crosses the bar from {barFromX}, {barFromY}"));
        }

        double X(double x) => zeroX + (x * (oneX - zeroX));

        double Y(double y) => zeroY + (y * (oneY - zeroY));
    }

    [Fact]
    public void ToSvg_EndlessName_IsShortened() =>
        Assert.Equal(new string('x', 43) + "…", Draw(new string('x', 80)).Elements("text").ElementAt(3).Value);

    [Fact]
    public void ToSvg_SeveralSeries_ShareOneClipNamedAfterThePlot()
    {
        XElement svg = Draw("operation");

        Assert.Equal("plot-1-clip0", Assert.Single(svg.Descendants("clipPath")).Attribute("id")!.Value);
        Assert.NotEmpty(svg.Descendants().Attributes("clip-path"));
        Assert.All(svg.Descendants().Attributes("clip-path"), a => Assert.Equal("url(#plot-1-clip0)", a.Value));
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static XElement Draw(string name)
    {
        AxisScale x = AxisScale.Linear([0, 1], 3, 1), y = AxisScale.Names([name]);
        using PlotFrame frame = new(x, y, 100, "Accuracy <%>", "");
        frame.AddLine([(0, 0), (1, 0)], SeriesStyle.Teacher.Color, 1);
        frame.AddMarkers([(0.5, 0)], SeriesStyle.OfIndex(0), 9);
        return XElement.Parse(frame.ToSvg("plot-1", "one operation"));
    }
}
