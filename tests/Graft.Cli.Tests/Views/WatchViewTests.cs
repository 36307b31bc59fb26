using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Operations;
using Graft.Steps;
using Microsoft.Extensions.Time.Testing;

namespace Graft.Cli.Tests.Views;

public sealed class WatchViewTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly StringWriter _output = new(), _error = new();
    private readonly MemoryWorkspace _workspace;
    private readonly ImportStep[] _steps = [Import("a"), Import("b")];

    public WatchViewTests()
    {
        _workspace = new(_time);
        _workspace.Jobs.Save("3f9c12", StudyJob.Kind, "", "", [.. _steps.Select(s => s.Key)]);
    }

    [Fact]
    public async Task Follow_StepsBeginAndEnd_SaysSoUntilAllHaveEnded()
    {
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        Complete(_steps[0], 0.9);
        var following = FollowAsync();
        await PassAsync(following, seconds: 2);
        _workspace.Steps.MarkRunning(_steps[1].Key, "{}", "process 7");
        await PassAsync(following, seconds: 2);
        Complete(_steps[1], 0.8);
        await PassAsync(following, seconds: 3);

        Assert.True(following.IsCompletedSuccessfully);
        Assert.Equal(
            ["[1/2] teacher wrn-10-1, imported: running (process 7)", "[2/2] teacher wrn-10-1, imported: 80.00 % (3 s)", "[2/2] ended"], Lines());
    }

    [Fact]
    public async Task Follow_StepsThatNobodyRuns_EndsOnceThatShows()
    {
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        var following = FollowAsync();
        await PassAsync(following, seconds: 40);
        Assert.False(following.IsCompleted);

        await PassAsync(following, seconds: 10);

        Assert.True(following.IsCompletedSuccessfully);
        Assert.Equal(["[0/2] nobody works on it any more; the command that began it goes on where it was"], Lines());
    }

    [Fact]
    public async Task Follow_StepsNotYetRecorded_IsNotTakenForTheEnd()
    {
        var following = FollowAsync();
        await PassAsync(following, seconds: 10);

        Assert.False(following.IsCompleted);
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task Follow_ProcessThatIsGone_IsSaid()
    {
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        _workspace.Steps.MarkRunning(_steps[0].Key, "{}", "process 7");
        var following = FollowAsync();
        await PassAsync(following, seconds: 60);

        Assert.True(following.IsCompletedSuccessfully);
        Assert.Equal("[0/2] teacher wrn-10-1, imported: interrupted", Lines()[1]);
        Assert.StartsWith("[0/2] nobody works on it any more", Lines()[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_GapBetweenStepsWhereOneWasInterruptedBefore_IsNotTakenForTheEnd()
    {
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        _workspace.Steps.MarkRunning(_steps[0].Key, "{}", "process 6");
        _workspace.Steps.BreakOff([_steps[0].Key], seconds: 1);
        _workspace.Steps.MarkRunning(_steps[1].Key, "{}", "process 7");
        var following = FollowAsync();
        await PassAsync(following, seconds: 2);
        Complete(_steps[1], 0.8);
        await PassAsync(following, seconds: 10); // the gap
        Assert.False(following.IsCompleted);
        Complete(_steps[0], 0.9);
        await PassAsync(following, seconds: 3);

        Assert.True(following.IsCompletedSuccessfully);
        Assert.Equal("[2/2] ended", Lines()[^1]);
    }

    [Theory]
    [InlineData(null, "no step runs, and whether Slurm has more of it cannot be asked here")] // a machine without squeue
    [InlineData(0, "nobody works on it any more; the command that began it goes on where it was")]
    public async Task Follow_ClusterThatHasNothingOrCannotBeAsked_Ends(int? active, string expected)
    {
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        int? tasks = 2;
        var following = FollowAsync(_ => tasks);
        await PassAsync(following, seconds: 100);
        Assert.False(following.IsCompleted); // they wait in the queue

        tasks = active;
        await PassAsync(following, seconds: 60);

        Assert.True(following.IsCompletedSuccessfully);
        Assert.Equal([$"[0/2] {expected}"], Lines());
    }

    [Fact]
    public async Task Follow_AllEndedWhereTheClusterCannotBeAsked_Ends()
    {
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        _steps.ToList().ForEach(step => Complete(step, 0.9));
        var following = FollowAsync(_ => null);
        await PassAsync(following, seconds: 3);

        Assert.True(following.IsCompletedSuccessfully);
        Assert.Equal(["[2/2] ended"], Lines());
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private Task FollowAsync(Func<string, int?>? countActive = null) =>
        WatchView.FollowAsync(new Terminal(_output, _error), _workspace, "3f9c12", _time, countActive, TestContext.Current.CancellationToken);

    private async Task PassAsync(Task following, int seconds)
    {
        for (int i = 0; i < 10 * seconds && !following.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }
    }

    private void Complete(ImportStep step, double accuracy)
    {
        _workspace.Steps.MarkRunning(step.Key, "{}", "process 7");
        _workspace.Steps.Complete(step.Key, StepResults.ToJson(new TeacherStepResult(accuracy, 1, 1, "weights/x.safetensors")), seconds: 3);
    }

    private static ImportStep Import(string sha256) => new() { Data = "d", Network = "wrn-10-1", Precision = Precision.Float32, Sha256 = sha256 };

    private string[] Lines() => _error.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n');
}
