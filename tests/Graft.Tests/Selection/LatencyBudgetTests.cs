using Graft.Selection;

namespace Graft.Tests.Selection;

public class LatencyBudgetTests
{
    [Theory]
    [InlineData("0.5", 1.5)]
    [InlineData("1", 3)]
    [InlineData("50%", 1.5)]
    [InlineData("12.5 %", 0.375)]
    [InlineData("2.5ms", 2.5)]
    [InlineData("2.5 ms", 2.5)]
    public void ToMs_PartOrMilliseconds_IsWhatItSays(string text, double expected) => Assert.Equal(expected, LatencyBudget.Parse(text).ToMs(teacherMs: 3));

    [Theory]
    [InlineData("")]
    [InlineData("half")]
    [InlineData("0")]
    [InlineData("-1ms")]
    [InlineData("NaN")]
    [InlineData("ms")]
    [InlineData("0,5")]
    [InlineData("1e400")]
    public void Parse_NoBudget_SaysWhatOneLooksLike(string text) => Assert.Equal(
        $"the budget '{text}' is neither a part of the teacher's latency, like 0.5, nor milliseconds, like 2.5ms.",
        Assert.Throws<ConfigurationException>(() => LatencyBudget.Parse(text)).Message);

    [Fact]
    public void Parse_MoreThanTheTeacherWithoutAUnit_AsksForOne() => Assert.Equal(
        "the budget '2' is above the teacher's own latency, which is 1; write '2ms' for milliseconds, or a part like 0.5.",
        Assert.Throws<ConfigurationException>(() => LatencyBudget.Parse("2")).Message);

    [Fact]
    public void Parse_MoreThanAHundredPercent_AsksForLess() => Assert.Equal(
        "the budget '500%' is above the teacher's own latency, which is 100%; write a part like 50%, or milliseconds, like 2.5ms.",
        Assert.Throws<ConfigurationException>(() => LatencyBudget.Parse("500%")).Message);

    [Theory]
    [InlineData(1.5, "1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.10000001, "0.1001")]
    [InlineData(0.37184, "0.3719")]
    [InlineData(12.341, "12.35")]
    [InlineData(12345.6, "12350")]
    public void Shown_LeastBudget_IsRoundedUp(double leastMs, string expected) => Assert.Equal(expected, LatencyBudget.Shown(leastMs));
}
