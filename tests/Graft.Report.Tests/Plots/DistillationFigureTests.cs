using System.Xml.Linq;
using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class DistillationFigureTests
{
    private static readonly StudyView View = new(SyntheticStudy.WithRun());

    [Fact]
    public void FinalPanels_Run_ShowsTheOwnBlockAndNoOtherPlaceTheUnchangedNetwork()
    {
        string[][] names = [.. DistillationFigure.FinalPanels(View).Select(panel => XElement.Parse(panel.Svg).Elements("text")
            .Where(text => text.Attribute("text-anchor")!.Value == "end").Select(text => text.Value).ToArray())];

        string[] candidates = ["inverted-residual(e=6,k=3)", "conv-stack(w=1,k=3)"];
        Assert.Equal([candidates, candidates, ["teacher's own block", .. candidates]], names);
    }

    [Fact]
    public void CurvePanels_Run_HaveTheCurveOfTheOwnBlock()
    {
        int[] curves = [.. DistillationFigure.CurvePanels(View).Select(panel => XElement.Parse(panel.Svg).Elements("g").Elements("path")
            .Count(path => path.Attribute("stroke-width")?.Value is "1.4" or "2.2"))];

        Assert.Equal([2, 2, 3], curves);
    }
}
