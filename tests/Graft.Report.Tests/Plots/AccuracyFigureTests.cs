using System.Xml.Linq;
using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class AccuracyFigureTests
{
    // All plots have names of the same length beside them, and so the same axis in the same place.
    [Fact]
    public void Panels_PositionsAndRuns_HaveTheLineOfTheUnchangedNetworkInTheSamePlace()
    {
        IReadOnlyList<Panel> panels = AccuracyFigure.Panels(new(SyntheticStudy.WithRun()), 25);

        Assert.Equal(
            ["Position 1 · block1.layer.0", "Position 2 · block1.layer.1", "Position 1-2 · block1.layer.0 to block1.layer.1"],
            panels.Select(p => p.Title));
        Assert.Single(panels.Select(LineDown).Distinct());
    }

    // Bars of intervals are wider.
    private static string LineDown(Panel panel) => Assert.Single(
        XElement.Parse(panel.Svg).Elements("g").Elements("path"), path => path.Attribute("stroke-width")?.Value == "1").Attribute("d")!.Value.Split(' ')[0];
}
