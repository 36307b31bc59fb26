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

    [Fact]
    public void ToSvg_NamesOfPointsSideBySide_StandAboveOneAnother()
    {
        AxisScale scale = AxisScale.Linear([0, 1], 6, 0.01);
        using PlotFrame frame = new(scale, scale, 200, "x", "y");
        frame.AddLabel(0.5, 0.5, "first", "first: 1", new(0, 0, 0));
        frame.AddLabel(0.5, 0.5, "second", "second: 2", new(0, 0, 0));
        frame.AddLabel(1, 0.5, "third", "third: 3", new(0, 0, 0));

        XElement[] names = [.. XElement.Parse(frame.ToSvg("names", "names")).Elements("text").Where(t => t.Element("title") is not null)];

        Assert.Equal(["first: 1", "second: 2", "third: 3"], names.Select(n => n.Element("title")!.Value));
        Assert.Equal(["start", "start", "end"], names.Select(n => n.Attribute("text-anchor")!.Value));
        double[] y = [.. names.Select(n => double.Parse(n.Attribute("y")!.Value, CultureInfo.InvariantCulture))];
        Assert.True(y[0] - y[1] >= 14, $"{y[0]} and {y[1]}");
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

    private static XElement Draw(string name)
    {
        AxisScale x = AxisScale.Linear([0, 1], 3, 1), y = AxisScale.Names([name]);
        using PlotFrame frame = new(x, y, 100, "Accuracy <%>", "");
        frame.AddLine([(0, 0), (1, 0)], SeriesStyle.Teacher.Color, 1);
        frame.AddMarkers([(0.5, 0)], SeriesStyle.OfIndex(0), 9);
        return XElement.Parse(frame.ToSvg("plot-1", "one operation"));
    }
}
