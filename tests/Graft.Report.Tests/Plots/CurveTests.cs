using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class CurveTests
{
    [Fact]
    public void MeanOf_RunsOfDifferentLength_AveragesWhereThereAreValues()
    {
        Curve curve = Curve.MeanOf(SeriesStyle.Teacher, [[(1, 4.0), (2, 2.0)], [(1, 2.0), (2, double.NaN)], [(1, null)]]);

        Assert.Equal([(1, 3.0), (2, 2.0)], curve.Points);
    }
}
