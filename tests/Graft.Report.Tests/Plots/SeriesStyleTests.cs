using Graft.Report.Heat;
using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class SeriesStyleTests
{
    [Fact]
    public void OfIndex_First40_AllDiffer()
    {
        Assert.Equal(40, Enumerable.Range(0, 40).Select(SeriesStyle.OfIndex).Distinct().Count());
    }

    [Fact]
    public void OfIndex_Neighbours_DifferInColourAndShape()
    {
        Assert.All(Enumerable.Range(0, 40), i =>
        {
            (SeriesStyle a, SeriesStyle b) = (SeriesStyle.OfIndex(i), SeriesStyle.OfIndex(i + 1));
            Assert.NotEqual(a.Color, b.Color);
            Assert.NotEqual(a.Marker, b.Marker);
        });
    }

    [Fact]
    public void OfIndex_Colours_StandOutFromBothCardsAndFromEachOther()
    {
        Rgb[] colors = [.. Enumerable.Range(0, 8).Select(i => SeriesStyle.OfIndex(i).Color), SeriesStyle.Teacher.Color];

        // 3 is the WCAG 2.2 minimum for graphics; #f1f1ee is the darker card, that of the dark theme. 60 of 442 is the distance of clearly different colours.
        Assert.All(colors, c => Assert.InRange(Rgb.Contrast(c, new Rgb(0xf1, 0xf1, 0xee)), 3, 21));
        Assert.All(colors, c => Assert.InRange(Rgb.Contrast(c, new Rgb(0xff, 0xff, 0xff)), 3, 21));
        Assert.All(colors.Index(), a => Assert.All(colors.Skip(a.Index + 1), b => Assert.InRange(Distance(a.Item, b), 60, 442)));
    }

    private static double Distance(Rgb a, Rgb b) => Math.Sqrt(Math.Pow(a.R - b.R, 2) + Math.Pow(a.G - b.G, 2) + Math.Pow(a.B - b.B, 2));
}
