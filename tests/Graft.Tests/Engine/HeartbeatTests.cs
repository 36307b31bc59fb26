using Graft.Engine;

namespace Graft.Tests.Engine;

public sealed class HeartbeatTests
{
    [Fact]
    public void Stop_TimerThatFiresAfterwards_GivesNoSignOfLife()
    {
        var time = new TimersByHand();
        using var workspace = new MemoryWorkspace(time);
        var steps = workspace.Steps;
        steps.Declare([("a", "trial", "{}")]);
        steps.MarkRunning("a", "{}", "here");
        using var heartbeat = new Heartbeat(steps, ["a"], time, CancellationToken.None) { Fraction = 0.25 };
        time.Fire();
        Assert.Equal(0.25, steps.Find("a")!.Fraction);

        heartbeat.Stop();
        steps.BreakOff(["a"], seconds: 7);
        time.Fire();

        Assert.Null(steps.Find("a")!.Heartbeat);
    }

    // Timers that have fired, and whose callbacks come late, may have been disposed of meanwhile.
    private sealed class TimersByHand : TimeProvider
    {
        private Action _fire = () => { };

        public void Fire() => _fire();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire += () => callback(state);
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
