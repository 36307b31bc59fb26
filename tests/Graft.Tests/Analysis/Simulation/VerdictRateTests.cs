namespace Graft.Tests.Analysis.Simulation;

/// <summary>
/// Verdicts keep their levels, each cell by itself, however uneven training noise is. Few tables, so that it is fast; docs/statistics.md has the rates of many,
/// which <see cref="PrintTables"/> makes.
/// </summary>
public sealed class VerdictRateTests(ITestOutputHelper output)
{
    private const int Tables = 150;

    // 5 % of 150 tables and 3.5 standard errors: about three hundred shares are looked at, and the drawings are always the same.
    private const double Bound = 0.05 + (3.5 * 0.0178);

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string pattern in VerdictRateTable.Patterns.Keys)
            {
                foreach (int seeds in VerdictRateTable.Seeds.Where(s => s <= 5))
                {
                    cases.Add(pattern, seeds);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_AnyNoise_KeepsItsLevelInEveryCell(string pattern, int seeds)
    {
        var rates = VerdictRates.Of(seeds, VerdictRateTable.Patterns[pattern], Tables);

        Assert.All(rates.FalseAlarms, share => Assert.InRange(share, 0, Bound));
        Assert.All(rates.FalseEquivalence, share => Assert.InRange(share, 0, Bound));
        Assert.InRange(rates.Family, 0, Bound);
        Assert.InRange(rates.EquivalenceFamily, 0, Bound);
    }

    /// <summary>The bounds above can fail: pooled noise alone is above them where a cell is noisier.</summary>
    [Theory]
    [InlineData("one cell x3")]
    [InlineData("one cell x6")]
    public void Of_PooledNoiseAlone_DoesNotKeepIt(string pattern) =>
        Assert.InRange(VerdictRates.Of(seeds: 3, VerdictRateTable.Patterns[pattern], Tables).PooledAlone[0], Bound, 1);

    [Fact]
    public void Power_LargeDifference_IsFoundFromThreeSeedsOn()
    {
        Assert.InRange(VerdictRates.Power(seeds: 3, VerdictRateTable.Patterns["even"], 0.1, tables: 60).Both, 0.6, 1);
        Assert.InRange(VerdictRates.Power(seeds: 5, VerdictRateTable.Patterns["even"], 0.1, tables: 60).Both, 0.95, 1);
    }

    /// <summary>Looking after each seed keeps the level of all looks together, and saves trials.</summary>
    [Theory]
    [InlineData("even")]
    [InlineData("baseline x4")]
    public void Sequential_LooksAfterEachSeed_KeepTheLevel(string pattern)
    {
        double[] noise = VerdictRateTable.Patterns[pattern];
        var none = SequentialRates.Of(new(noise, new double[10], Seeds: 8), VerdictRates.Tiny, tables: 60);
        var large = SequentialRates.Of(
            new(noise, [.. Enumerable.Range(0, 10).Select(o => o % 2 == 0 ? VerdictRates.Margin : -0.15)], Seeds: 8),
            VerdictRates.Margin,
            tables: 60
        );

        // 5 % of 60 tables and 2.5 standard errors.
        Assert.InRange(none.Family, 0, 0.05 + (2.5 * 0.0281));
        Assert.InRange(large.EquivalenceFamily, 0, 0.05 + (2.5 * 0.0281));
        Assert.InRange(large.Trials, 0.3, 0.95);
    }

    /// <summary>Prints the tables of docs/statistics.md (GRAFT_TEST_TABLES=2000; about half an hour).</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void PrintTables()
    {
        bool asked = int.TryParse(Environment.GetEnvironmentVariable("GRAFT_TEST_TABLES"), out int tables);
        Assert.SkipUnless(asked, "GRAFT_TEST_TABLES does not say how many tables to simulate.");

        foreach (string row in VerdictRateTable.Rows(tables).Append("").Concat(VerdictRateTable.SequentialRows(tables / 4)))
        {
            output.WriteLine(row);
        }
    }
}
