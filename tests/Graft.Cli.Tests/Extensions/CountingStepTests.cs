using System.Diagnostics;
using Graft.Cli.Tests.Support;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;

namespace Graft.Cli.Tests.Extensions;

/// <summary>A kind of step of this assembly is declared, estimated, run by a worker process, drawn and shown, and no file of Graft knows it.</summary>
public sealed class CountingStepTests
{
    private static readonly string Assembly = typeof(CountingKind).Assembly.Location;

    [Fact]
    public async Task Job_OfAKindThatGraftDoesNotKnow_IsEstimatedRunDrawnAndShown()
    {
        using var session = GraftSession.Open(
            new()
            {
                Workspace = "counting",
                DataDirectory = "data",
                Device = "cpu",
                Workers = 2,
                Kinds = [new CountingKind()],
                StartWorker = Start,
            }
        );
        var job = new CountingJob(session);

        var estimate = job.Estimate(TestContext.Current.CancellationToken);
        using StringWriter output = new(), error = new();
        await using var progress = JobProgressView.Start(new Terminal(output, error), "counting");
        int sum = await job.RunAsync(progress, TestContext.Current.CancellationToken);

        Assert.Equal(("counting", 2, 0), (estimate.Kinds[0].Kind, estimate.Kinds[0].Steps, estimate.Kinds[0].Done));
        Assert.True(estimate.Seconds > 0);
        Assert.Equal(7, sum);
        Assert.Contains("[1/2] count to 3: sum 3", error.ToString(), StringComparison.Ordinal);
        var stored = session.Workspace.Steps.Find(job.Last.Key)!;
        Assert.NotEqual(Environment.ProcessId, StepResults.FromJson<CountingResult>(stored.Result!).Process);
        await using var show = new CliProcess($"show step {job.Last.Key} --workspace counting", ("GRAFT_OPERATIONS", Assembly));
        var shown = await show.EndAsync();
        Assert.True(shown.Code == 0, shown.Error);
        Assert.Contains("count to 4", shown.Output, StringComparison.Ordinal);
        Assert.Contains("sum 7", shown.Output, StringComparison.Ordinal);
    }

    private static ProcessStartInfo Start(IReadOnlyList<string> arguments)
    {
        var start = Program.StartInfo(["worker", .. arguments]);
        start.Environment["GRAFT_OPERATIONS"] = Assembly;
        return start;
    }

    private sealed class CountingJob : GraftJob<int>
    {
        private readonly CountingStep _first = new() { To = 3 };

        public CountingJob(GraftSession session)
            : base(session, session.LoadData("images"))
        {
            Last = new() { To = 4, After = [_first.Key] };
        }

        public CountingStep Last { get; }

        public override int Result => StepResults.FromJson<CountingResult>(Session.Workspace.Steps.Find(Last.Key)!.Result!).Sum;

        public override IReadOnlyList<Step> Steps(IStepResults results) => [_first, Last];
    }
}
