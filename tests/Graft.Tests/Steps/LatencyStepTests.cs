using Graft.Engine;
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
            Entries = new Dictionary<string, Graft.Latency.LatencyEntry>(),
        };

        Assert.Equal(text, BuiltInKinds.Create().Find(LatencyKind.KindName).Summarize(StepResults.ToJson(result)));
    }
}
