using Graft.Engine;
using Graft.Latency;
using Graft.Steps;

namespace Graft.Tests.Steps;

public sealed class LatencyStepTests
{
    [Theory]
    [InlineData("teacher 1.0400 ms", 1.00, 1.01, 1.02, 1.04, 1.05, 1.06, 1.07)]
    [InlineData(
        "teacher 1.0400 ms, anywhere from 1.000 to 5.000 as other programs ran: stop, and measure again on a quiet machine",
        1.00, 1.01, 1.02, 1.04, 3.05, 4.06, 5.00
    )]
    public void Summarize_DisturbedTeacher_SaysSoAtOnce(string text, params double[] samplesMs)
    {
        var result = new LatencyStepResult
        {
            Call = new() { Name = "call" },
            Teacher = new() { Name = "teacher", SamplesMs = samplesMs },
            Entries = new Dictionary<string, LatencyEntry>(),
        };

        Assert.Equal(text, BuiltInKinds.Create().Find(LatencyKind.KindName).Summarize(StepResults.ToJson(result)));
    }

    [Fact]
    public void Joined_TableOfAnotherTime_WhatIsMeasuredNowIsBroughtToItsScale()
    {
        var table = new LatencyTable
        {
            Target = new("m", "r", 1, 1),
            Entries = new Dictionary<string, LatencyEntry> { ["teacher"] = Entry(2), ["old"] = Entry(0.5), ["begun"] = new() { Name = "begun" } },
        };
        var measured = new Dictionary<string, LatencyEntry> { ["teacher"] = Entry(3), ["new"] = Entry(0.6), ["begun"] = Entry(0.9) };

        Assert.Equal([("begun", 0.6), ("new", 0.4), ("old", 0.5), ("teacher", 2.0)], Medians(table.Joined(measured, "teacher")));
        Assert.Equal([("begun", 0.9), ("new", 0.6), ("old", 0.5), ("teacher", 2.0)], Medians(table.Joined(measured, reference: null)));
    }

    [Theory]
    [InlineData("teacher", "old", "teacher", "begun")]
    [InlineData("old", "old", "another teacher", "begun")]
    [InlineData(null, "another teacher", "begun")]
    public void SlowestOf_TableWithAndWithoutTheTeacher_IsWhatTellsItsScaleBest(string? slowest, params string[] models)
    {
        var table = new LatencyTable
        {
            Target = new("m", "r", 1, 1),
            Entries = new Dictionary<string, LatencyEntry> { ["teacher"] = Entry(2), ["old"] = Entry(0.5), ["begun"] = new() { Name = "begun" } },
        };

        Assert.Equal(slowest, table.SlowestOf(models));
    }

    private static IEnumerable<(string Key, double Ms)> Medians(IReadOnlyDictionary<string, LatencyEntry> entries) =>
        entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, Math.Round(e.Value.Interval()!.Median, 9)));

    private static LatencyEntry Entry(double ms) => new() { Name = "x", SamplesMs = [.. Enumerable.Repeat(ms, 9)], IsDone = true };
}
