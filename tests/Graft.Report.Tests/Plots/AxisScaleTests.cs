using CsCheck;
using Graft.Report.Plots;
using Graft.Tests.Fixtures;

namespace Graft.Report.Tests.Plots;

public sealed class AxisScaleTests
{
    [Fact]
    public void Linear_AnyValues_HoldsThemAllWithAFewTicks()
    {
        Gen.Double[-1e6, 1e6]
            .Array[1, 20]
            .ForAll(
                values =>
                {
                    AxisScale axis = AxisScale.Linear(values, 5, 0.01);
                    return values.All(v => axis.Min < v && v < axis.Max)
                        && axis.Ticks.Count is >= 1 and <= 7
                        && axis.Ticks.All(t => t.At >= axis.Min && t.At <= axis.Max);
                },
                cases: 500
            );
    }

    [Fact]
    public void Logarithmic_AnyPositiveValues_HoldsThemAllWithAFewTicks()
    {
        Gen.Double[-9, 3].Array[1, 20].ForAll(exponents =>
        {
            AxisScale axis = AxisScale.Logarithmic(exponents.Select(e => Math.Pow(10, e)));
            return exponents.All(e => axis.Min < e && e < axis.Max) && axis.Ticks.Count is >= 1 and <= 8
                && axis.Ticks.All(t => t.At >= axis.Min && t.At <= axis.Max);
        }, cases: 500);
    }

    [Fact]
    public void Logarithmic_SingleValueAnywhere_HasATick()
    {
        Gen.Double[-9, 3].ForAll(exponent => AxisScale.Logarithmic([Math.Pow(10, exponent)]).Ticks.Count > 0, cases: 500);
    }

    [Theory]
    [InlineData(0.02, 0.1, new[] { "0.02", "0.05", "0.1" })]
    [InlineData(0.75, 1.3, new[] { "0.7", "1", "1.5" })]
    [InlineData(0.02, 0.9, new[] { "0.03", "0.1", "0.3", "1" })]
    [InlineData(0.001, 1, new[] { "0.001", "0.01", "0.1", "1" })]
    public void Logarithmic_Ticks_AreRoundNumbers(double low, double high, string[] labels)
    {
        Assert.Equal(labels, AxisScale.Logarithmic([low, high]).Ticks.Select(t => t.Label));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Map_ValueWithoutALogarithm_IsNull(double value)
    {
        Assert.Null(AxisScale.Logarithmic([0.1, 1]).Map(value));
    }

    [Fact]
    public void Linear_NoSpread_HasTheSmallestSpan()
    {
        AxisScale axis = AxisScale.Linear([96, 96, 96], 5, smallestSpan: 1);

        Assert.InRange(axis.Max - axis.Min, 1, 1.1);
        Assert.Equal(96, (axis.Min + axis.Max) / 2, 1e-9);
    }

    [Theory]
    [InlineData(1e12)]
    [InlineData(-3e38)]
    public void Linear_OneHugeValue_HoldsItWithShortTicks(double value)
    {
        AxisScale axis = AxisScale.Linear([value], 5, smallestSpan: 0.1);

        Assert.InRange(value, axis.Min, axis.Max);
        Assert.InRange(axis.Ticks.Count, 1, 7);
        AxisScale spread = AxisScale.Linear([0, value], 5, smallestSpan: 0.1);
        Assert.All(spread.Ticks, tick => Assert.InRange(tick.Label.Length, 1, 7));
    }

    [Fact]
    public void Linear_Ticks_HaveTheDecimalsOfTheirStep()
    {
        Assert.Equal(["95.0", "95.5", "96.0", "96.5", "97.0"], AxisScale.Linear([95, 97], 5, 1).Ticks.Select(t => t.Label));
    }

    [Theory]
    [InlineData(1, 1, new[] { "1", "2" })]
    [InlineData(1, 25, new[] { "5", "10", "15", "20", "25" })]
    [InlineData(0, 47500, new[] { "0", "10k", "20k", "30k", "40k" })]
    public void Counts_Ticks_AreWhole(long first, long last, string[] labels)
    {
        Assert.Equal(labels, AxisScale.Counts(first, last).Ticks.Select(t => t.Label));
    }

    [Fact]
    public void Names_FirstName_IsAtTheTop()
    {
        AxisScale axis = AxisScale.Names(["a", "b"]);

        Assert.Equal([0.75, 0.25], axis.Ticks.Select(t => axis.Fraction(t.At)));
    }
}
