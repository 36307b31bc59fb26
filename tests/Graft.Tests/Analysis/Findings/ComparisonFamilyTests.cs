using Graft.Analysis;
using Graft.Analysis.Findings;

namespace Graft.Tests.Analysis.Findings;

public sealed class ComparisonFamilyTests
{
    // Families with few, many and no differences, even and uneven noise.
    [Fact]
    public void Judge_CorrectedInterval_ExcludesZeroExactlyWhereTheFamilyShowsADifference()
    {
        var random = new Random(11);
        int shown = 0, open = 0;
        for (int family = 0; family < 200; family++)
        {
            double shift = 0.01 * random.NextDouble(), noise = 2e-6 * (0.1 + random.NextDouble());
            Computed<DifferenceTest>[] tests =
            [
                .. Enumerable.Range(0, random.Next(1, 15)).Select(_ => Test((random.NextDouble() < 0.5 ? shift : 0) + (0.003 * Gauss(random)), noise, random)),
            ];

            foreach (var comparison in ComparisonFamily.Judge(tests, margin: 0.001))
            {
                var interval = comparison.CorrectedInterval!;
                bool excludesZero = interval.Lower > 0 || interval.Upper < 0;
                Assert.Equal(comparison.CorrectedPValue <= ComparisonFamily.Alpha, excludesZero);
                Assert.True(interval.Lower <= comparison.Difference.Value!.Difference && interval.Upper >= comparison.Difference.Value.Difference);
                _ = excludesZero ? shown++ : open++;
            }
        }

        Assert.True(shown > 100 && open > 100, Invariant($"{shown} differences shown, {open} not"));
    }

    [Fact]
    public void Judge_OneComparison_HasTheIntervalOfItself()
    {
        var test = Test(0.004, 2e-6, new Random(3)) with { Own = new(1e-12, 2, 0) };

        var interval = ComparisonFamily.Judge([test], margin: 0.001).Single().CorrectedInterval!;

        Assert.Equal(test.Difference, interval.Mean);
        Assert.Equal(test.Lower, interval.Lower, 1e-12);
        Assert.Equal(test.Upper, interval.Upper, 1e-12);
    }

    [Fact]
    public void Judge_PValueIsNoNumber_DecidesNothing()
    {
        var test = Test(-0.004, 2e-6, new Random(3)) with { Own = new(0, 2, double.NaN) };

        var comparison = ComparisonFamily.Judge([test], margin: 0.001).Single();

        Assert.Equal((double.NaN, VerdictKind.Undecided), (comparison.CorrectedPValue, comparison.Verdict.Kind));
    }

    [Theory]
    [InlineData(0.05, new[] { 0.001, 0.01, 0.2 })] // the third test alone is open: it is made at the whole level
    [InlineData(0.025, new[] { 0.001, 0.03, 0.04 })]
    [InlineData(0.05 / 3, new[] { 0.02, 0.03, 0.04 })]
    [InlineData(0.05, new[] { 0.001, 0.002, 0.003 })]
    public void LastLevel_IsWhereHolmEnded(double expected, double[] pValues) => Assert.Equal(expected, HolmCorrection.LastLevel(pValues, 0.05), 1e-15);

    private static DifferenceTest Test(double difference, double noise, Random random) => new()
    {
        Difference = difference,
        Pooled = new(noise, 20, 1e-7),
        Own = new(noise * (0.3 + (2 * random.NextDouble())), 2, 1e-7),
        Basis = TestBasis.SeedsAndImages,
        Seeds = 3,
        Images = 10_000,
        Components = new(1e-6, 1e-3, 0.1, 10),
    };

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
