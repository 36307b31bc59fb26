using Graft.Data;

namespace Graft.Tests.Data;

public sealed class PrefetchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Ahead_WholeSequence_InOrder() =>
        Assert.Equal(Enumerable.Range(0, 20), Prefetch.Ahead(Items(20, []), 2).Select(item => item.Number));

    [Fact]
    public void Ahead_ConsumerLeaves_ProducerEndsAndItemsAreDisposed()
    {
        var made = new List<Item>();
        Item? taken = null;

        foreach (var item in Prefetch.Ahead(Items(1_000, made), 2))
        {
            taken = item;
            break;
        }

        Assert.InRange(made.Count, 1, 4); // the one taken, two in the queue, one waiting to get in
        Assert.False(taken!.Disposed);
        Assert.All(made.Skip(1), item => Assert.True(item.Disposed));
    }

    [Fact]
    public void Ahead_ProducerThrows_ConsumerGetsItAfterTheItemsBefore()
    {
        var seen = new List<int>();

        var exception = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var item in Prefetch.Ahead(Failing(), 2))
            {
                seen.Add(item.Number);
            }
        });

        Assert.Equal("made to fail", exception.Message);
        Assert.Equal([0], seen);
    }

    [Fact]
    public void Ahead_SlowConsumer_OnlyAFewAhead()
    {
        var made = new List<Item>();
        using var full = new ManualResetEventSlim();
        using var sequence = Prefetch.Ahead(Items(100, made, n => { if (n == 3) { full.Set(); } }), 2).GetEnumerator();

        sequence.MoveNext();
        Assert.True(full.Wait(Patience, TestContext.Current.CancellationToken)); // one taken, two queued, the fourth is being offered

        Assert.Equal(4, made.Count);
    }

    private static IEnumerable<Item> Items(int count, List<Item> made, Action<int>? onMade = null)
    {
        for (var i = 0; i < count; i++)
        {
            var item = new Item(i);
            made.Add(item);
            onMade?.Invoke(i);
            yield return item;
        }
    }

    private static IEnumerable<Item> Failing()
    {
        yield return new Item(0);
        throw new InvalidOperationException("made to fail");
    }

    private sealed class Item(int number) : IDisposable
    {
        public int Number => number;

        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
