using Graft.Runtime;

namespace Graft.Tests.Runtime;

public sealed class MachineTurnTests
{
    [Fact]
    public void Take_SeveralAtOnce_RunOneAfterAnother()
    {
        string name = $"graft-test-{Guid.NewGuid():N}";
        int inside = 0, most = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() => MachineTurn.Take(name, () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(5);
            return Interlocked.Decrement(ref inside);
        }))).ToList();

        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Equal((0, 1), (inside, most));
    }

    [Fact]
    public void Take_CancelledWhileAnotherHasTheTurn_Ends()
    {
        string name = $"graft-test-{Guid.NewGuid():N}";
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var holder = new Thread(() => MachineTurn.Take(name, () =>
        {
            held.Set();
            release.Wait();
            return 0;
        }));
        holder.Start();
        held.Wait(TestContext.Current.CancellationToken);

        Assert.Throws<OperationCanceledException>(() => MachineTurn.Take(name, () => 1, new CancellationToken(canceled: true)));

        release.Set();
        holder.Join();
        Assert.Equal(2, MachineTurn.Take(name, () => 2, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Take_AnotherHasTheTurn_TellsHowLongItWaited()
    {
        string name = $"graft-test-{Guid.NewGuid():N}";
        var time = new FakeTimeProvider();
        var waits = new List<TimeSpan>();
        using var held = new ManualResetEventSlim();
        var holder = new Thread(() => MachineTurn.Take(name, () =>
        {
            held.Set();
            while (!time.WasAsked)
            {
                Thread.Sleep(1);
            }

            time.Advance(TimeSpan.FromSeconds(5));
            return 0;
        }));
        holder.Start();
        held.Wait(TestContext.Current.CancellationToken);

        int result = MachineTurn.Take(
            name,
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(60)); // what is done is no wait
                return 2;
            },
            time,
            waits.Add,
            TestContext.Current.CancellationToken);

        holder.Join();
        Assert.Equal((2, TimeSpan.FromSeconds(5)), (result, Assert.Single(waits)));
    }

    [Fact]
    public void Take_CancelledWait_TellsItAllTheSame()
    {
        var waits = new List<TimeSpan>();
        string name = $"graft-test-{Guid.NewGuid():N}";

        MachineTurn.Take(name, () =>
        {
            var other = new Thread(() => Assert.Throws<OperationCanceledException>(
                () => MachineTurn.Take(name, () => 1, TimeProvider.System, waits.Add, new CancellationToken(canceled: true))));
            other.Start();
            other.Join();
            return 0;
        }, TestContext.Current.CancellationToken);

        Assert.Single(waits);
    }

    private sealed class FakeTimeProvider : TimeProvider
    {
        private long _now;

        public bool WasAsked { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            long now = Interlocked.Read(ref _now);
            WasAsked = true;
            return now;
        }

        public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
