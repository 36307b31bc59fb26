using Graft.Analysis;

namespace Graft.Tests.Analysis;

public sealed class TwoWayAnovaTests
{
    [Fact]
    public void Of_BlankAndUnequalCells_AsR()
    {
        double[] rows = Reference.R.Numbers("row"), columns = Reference.R.Numbers("column"), values = Reference.R.Numbers("value");
        var cells = Enumerable.Range(0, values.Length).GroupBy(i => (rows[i], columns[i]))
            .Select(g => (g.Key.Item1, g.Key.Item2, (IReadOnlyList<double>)[.. g.Select(i => values[i])])).ToList();

        var anova = TwoWayAnova.Of(cells).Value!;

        AssertEffect(Reference.R.Numbers("rows"), anova.Rows);
        AssertEffect(Reference.R.Numbers("columns"), anova.Columns);
        AssertEffect(Reference.R.Numbers("interaction"), anova.Interaction);
        Assert.Equal(1, anova.ResidualSumOfSquares / Reference.R.Numbers("residual")[0], 1e-9);
        Assert.Equal((Reference.R.Numbers("residual")[1], 3), (anova.ResidualDegreesOfFreedom, anova.BlankCells));
        Assert.Equal(anova.Rows.SumOfSquares / (anova.Rows.SumOfSquares + anova.ResidualSumOfSquares), anova.Rows.PartialEtaSquared, 1e-12);
        Assert.InRange(anova.Rows.PartialOmegaSquared, 0, anova.Rows.PartialEtaSquared);
    }

    public static TheoryData<double[][][], string> Degenerate => new()
    {
        { [[[0.9, 0.8], [0.7, 0.6]]], "two rows and two columns are needed, and there are 1 and 2" },
        { [[[0.9, 0.8]], [[0.7, 0.6]]], "two rows and two columns are needed, and there are 2 and 1" },
        { [[[0.9], [0.8]], [[0.7], [0.6]]], "one value a cell says nothing about how much cells vary; a second seed would" },
        { [[[0.9, 0.9], [0.8, 0.8]], [[0.7, 0.7], [0.6, 0.6]]], "values within cells do not vary" },
        { [[[0.9, 0.9], [0.9, 0.9]], [[0.9, 0.9], [0.9, 0.9]]], "values within cells do not vary" },
        { [[[0.9, 0.8], []], [[], [0.8, 0.7]]], "blank cells split the table into parts that cannot be compared" },
        { [[[0.9, 0.8], [0.9, 0.7]], [[], [0.8, 0.7]]], "so many cells are blank that an interaction cannot be told from the main effects" },
        { [], "two rows and two columns are needed, and there are 0 and 0" },
    };

    [Theory]
    [MemberData(nameof(Degenerate))]
    public void Of_Degenerate_IsNotComputable(double[][][] table, string reason)
    {
        var cells = table.SelectMany((row, i) => row.Select((values, j) => (i, j, (IReadOnlyList<double>)values))).ToList();

        Assert.Equal(reason, TwoWayAnova.Of(cells).Reason);
    }

    private static void AssertEffect(double[] expected, AnovaEffect actual)
    {
        Assert.Equal(1, actual.SumOfSquares / expected[0], 1e-8);
        Assert.Equal(expected[1], actual.DegreesOfFreedom);
        Assert.Equal(1, actual.F / expected[2], 1e-8);
        Assert.Equal(1, actual.PValue / expected[3], 1e-6);
    }
}
