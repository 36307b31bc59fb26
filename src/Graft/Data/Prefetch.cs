using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Graft.Data;

/// <summary>Produces a sequence on a background thread, a few items ahead of whoever consumes it.</summary>
internal static class Prefetch
{
    /// <summary>
    /// Returns the items of <paramref name="source"/>, which is enumerated on one background thread from the moment the result is enumerated.
    /// Leaving the enumeration early stops the thread, waits for it and disposes what it had made; an exception of the source is thrown to the consumer
    /// after the items before it.
    /// </summary>
    /// <param name="source">The items; the consumer disposes those it gets.</param>
    /// <param name="ahead">How many finished items may wait.</param>
    public static IEnumerable<T> Ahead<T>(IEnumerable<T> source, int ahead)
        where T : IDisposable
    {
        using var queue = new BlockingCollection<T>(ahead);
        using var stop = new CancellationTokenSource();
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() => failure = Produce(source, queue, stop.Token)) { IsBackground = true, Name = "graft prefetch" };
        thread.Start();
        try
        {
            foreach (var item in queue.GetConsumingEnumerable())
            {
                yield return item;
            }

            thread.Join(); // publishes the failure
            failure?.Throw();
        }
        finally
        {
            stop.Cancel();
            thread.Join();
            while (queue.TryTake(out var left))
            {
                left.Dispose();
            }
        }
    }

    private static ExceptionDispatchInfo? Produce<T>(IEnumerable<T> source, BlockingCollection<T> queue, CancellationToken stop)
        where T : IDisposable
    {
        try
        {
            foreach (var item in source)
            {
                try
                {
                    queue.Add(item, stop);
                }
                catch (OperationCanceledException)
                {
                    item.Dispose();
                    return null;
                }
            }

            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            queue.CompleteAdding();
        }
    }
}
