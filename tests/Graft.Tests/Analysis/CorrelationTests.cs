using Graft.Analysis;

namespace Graft.Tests.Analysis;

public sealed class CorrelationTests
{
    [Fact]
    public void Of_WithAndWithoutTies_AsScipy() => Assert.All(Reference.Scipy.GetProperty("correlations").EnumerateArray(), expected =>
    {
        var correlation = Correlation.Of([.. expected.Numbers("x").Zip(expected.Numbers("y"))]).Value!;

        Assert.Equal(expected.Numbers("pearson"), [correlation.Pearson, correlation.PearsonPValue], Close);
        Assert.Equal(expected.Numbers("spearman"), [correlation.Spearman, correlation.SpearmanPValue], Close);
        Assert.Equal(expected.Numbers("kendall"), [correlation.KendallTau, correlation.KendallPValue], Close);
    });

    [Fact]
    public void Within_OppositeTrendsBetweenGroups_SeesTheTrendInside()
    {
        // Falls inside each group, rises from group to group (Simpson's paradox).
        (double X, double Y)[] low = [(1, 3), (2, 2), (3, 1)], high = [(11, 13), (12, 12), (13, 11)];

        var within = Correlation.Within([low, high]).Value!;

        Assert.Equal((-1.0, -1.0, -1.0, 6, 2), (within.Pearson, within.Spearman, within.KendallTau, within.Count, within.Groups));
        Assert.True(Correlation.Of([.. low, .. high]).Value!.Pearson > 0.9);
    }

    [Fact]
    public void Within_ShiftedGroups_DoesNotChange()
    {
        (double X, double Y)[] first = [(1, 3), (2, 5), (4, 4)], second = [(2, 1), (3, 1), (7, 6)];

        var correlation = Correlation.Within([first, second]).Value!;
        var shifted = Correlation.Within([first, [.. second.Select(p => (p.X + 8, p.Y - 16))]]).Value!;

        Assert.Equal(correlation.Pearson, shifted.Pearson, 1e-12);
        Assert.Equal((correlation.Spearman, correlation.KendallTau, correlation.KendallPValue), (shifted.Spearman, shifted.KendallTau, shifted.KendallPValue));
    }

    [Fact]
    public void Within_TwoGroupsOfTwo_CountsAllFourOrders()
    {
        var correlation = Correlation.Within([[(1, 2), (3, 5)], [(2, 1), (4, 9)]]).Value!;

        Assert.Equal((1.0, 0.5), (correlation.Spearman, correlation.SpearmanPValue));
        Assert.Equal((1.0, 0.5), (correlation.KendallTau, correlation.KendallPValue));
    }

    [Fact]
    public void Within_GroupsAroundTheLargestThatIsCounted_AgreeAboutTheSameRelation()
    {
        static IReadOnlyList<(double X, double Y)> Group(int n) => [.. Enumerable.Range(0, n).Select(i => ((double)i, (double)(i * 5 % n)))];
        var counted = Correlation.Of(Group(RankOrders.LargestGroup)).Value!;
        var approximate = Correlation.Of([.. Group(RankOrders.LargestGroup), (8, 4)]).Value!;

        Assert.InRange(counted.SpearmanPValue, approximate.SpearmanPValue / 3, approximate.SpearmanPValue * 3);
        Assert.InRange(counted.KendallPValue, approximate.KendallPValue / 3, approximate.KendallPValue * 3);
    }

    public static TheoryData<double[], double[], string> Degenerate => new()
    {
        { [], [], "there are no two points to compare" },
        { [1], [2], "there are no two points to compare" },
        { [1, 2], [2, 1], "2 points are too few" },
        { [1, 1, 1], [1, 2, 3], "one of the two quantities does not vary" },
        { [1, 2, 3], [0.1, 0.1, 0.1], "one of the two quantities does not vary" },
    };

    [Theory]
    [MemberData(nameof(Degenerate))]
    public void Of_Degenerate_IsNotComputable(double[] x, double[] y, string reason) => Assert.Equal(reason, Correlation.Of([.. x.Zip(y)]).Reason);

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-9;
}
