using System.Xml.Linq;
using Graft.Analysis;
using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class DotPlotTests
{
    [Fact]
    public void Draw_IntervalWiderThanTheAxis_IsCutAndLosesBothEndMarks()
    {
        ConfidenceInterval within = new(0.5, 0.4, 0.6), beyond = new(0.5, -40, 40);

        Assert.Equal(2, Lines(within) - Lines(beyond));
    }

    [Fact]
    public void Draw_NoInterval_HasNoBar()
    {
        Assert.Equal(3, Lines(new ConfidenceInterval(0.5, 0.4, 0.6)) - Lines(null)); // the bar and its two ends
    }

    private static int Lines(ConfidenceInterval? interval)
    {
        SeriesStyle style = SeriesStyle.OfIndex(0);
        using PlotFrame frame = DotPlot.Draw(AxisScale.Linear([0, 1], 3, 1), [new DotRow("operation", style, [0.5], interval)], reference: null, "Accuracy");
        return XElement.Parse(frame.ToSvg("plot", "one operation")).Descendants("path")
            .Count(p => string.Equals(p.Attribute("stroke")?.Value, style.Color.Hex, StringComparison.OrdinalIgnoreCase));
    }
}
