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
}
