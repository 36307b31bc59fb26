using Graft.Analysis;
using Graft.Analysis.Findings;

namespace Graft.Tests.Analysis.Simulation;

/// <summary>How often verdicts and tests are wrong, each cell by itself, and how often they find what is there. Shares in [0, 1].</summary>
internal sealed record VerdictRates
{
    public const double Margin = 0.06;

    /// <summary>A margin so small that nothing is equivalent: for differences alone.</summary>
    public const double Tiny = 1e-9;

    /// <summary>Of each operation, how often the test of no difference at 5 % finds one where there is none: one minus the coverage of the interval of 95
    /// %.</summary>
    public required double[] FalseAlarms { get; init; }

    /// <summary>The same with pooled noise alone, as if all cells were equally noisy.</summary>
    public required double[] PooledAlone { get; init; }

    /// <summary>How often any cell gets a false "better" or "worse".</summary>
    public required double Family { get; init; }

    /// <summary>Of each operation at the margin, how often the test of equivalence at 5 % finds it within.</summary>
    public required double[] FalseEquivalence { get; init; }

    /// <summary>How often any cell at the margin gets a false "equivalent".</summary>
    public required double EquivalenceFamily { get; init; }

    /// <summary>Simulates tables in which nothing differs; for equivalence, differences are at the margin.</summary>
    public static VerdictRates Of(int seeds, double[] noise, int tables)
    {
        int operations = noise.Length - 1;
        var drawn = new SimulatedTable(noise, new double[operations], seeds);
        var tests = Enumerable.Range(0, tables).AsParallel().AsOrdered().Select(t => SimulatedTable.Tests(drawn.Draw((ulong)t))).ToList();

        // A test depends on the difference through the estimate alone, and so do its errors: what is true with no difference is moved to the margin.
        var atMargin = tests.ConvertAll(table => table.Select(t => t with { Difference = t.Difference + Margin }).ToList());
        return new()
        {
            FalseAlarms = Shares(tests, t => t.PValue <= 0.05),
            PooledAlone = Shares(tests, t => t.PValues.Pooled <= 0.05),
            Family = AnyOf(tests, Tiny, v => v is VerdictKind.Better or VerdictKind.Worse),
            FalseEquivalence = Shares(atMargin, t => t.Equivalence(Margin).PValue <= 0.05),
            EquivalenceFamily = AnyOf(atMargin, Margin, v => v == VerdictKind.Equivalent),
        };

        double[] Shares(IEnumerable<IReadOnlyList<DifferenceTest>> some, Func<DifferenceTest, bool> counts) =>
            [.. Enumerable.Range(0, operations).Select(o => some.Average(table => counts(table[o]) ? 1.0 : 0))];
    }

    /// <summary>How often one operation gets the verdict that it differs, and how often it would with pooled noise alone; all others are like the
    /// baseline.</summary>
    public static (double Both, double PooledAlone) Power(int seeds, double[] noise, double difference, int tables)
    {
        var drawn = new SimulatedTable(noise, [difference, .. new double[noise.Length - 2]], seeds);
        var found = Enumerable.Range(0, tables).AsParallel().AsOrdered().Select(t =>
        {
            var tests = SimulatedTable.Tests(drawn.Draw((ulong)t));
            return (Both: Kinds(tests, Tiny)[0] != VerdictKind.Undecided, Pooled: HolmCorrection.Adjust([.. tests.Select(x => x.PValues.Pooled)])[0] <= 0.05);
        }).ToList();
        return (found.Average(f => f.Both ? 1.0 : 0), found.Average(f => f.Pooled ? 1.0 : 0));
    }

    private static double AnyOf(IEnumerable<IReadOnlyList<DifferenceTest>> tables, double margin, Func<VerdictKind, bool> wrong) =>
        tables.Average(table => Kinds(table, margin).Any(wrong) ? 1.0 : 0);

    private static List<VerdictKind> Kinds(IReadOnlyList<DifferenceTest> table, double margin) =>
        [.. ComparisonFamily.Judge([.. table.Select(t => (Computed<DifferenceTest>)t)], margin).Select(c => c.Verdict.Kind)];
}
