namespace Graft.Runtime;

/// <summary>What processes of one machine and user do one after another.</summary>
internal static class MachineTurn
{
    /// <summary>The turn of whoever measures latencies: two at once would measure each other.</summary>
    public const string OfLatencies = "graft-latency-measure";

    private static readonly TimeSpan UntilNextLook = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until no other has the turn, and does something.</summary>
    /// <param name="name">The turn's name, without slashes; the same for all that wait for one another.</param>
    /// <param name="action">What is done. One that is killed in it leaves the turn to the next.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static T Take<T>(string name, Func<T> action, CancellationToken cancellation = default)
    {
        using var turn = new Mutex(name, new NamedWaitHandleOptions { CurrentUserOnly = true, CurrentSessionOnly = false });
        while (!TryTake(turn)) // a named mutex cannot be waited for together with something else
        {
            cancellation.ThrowIfCancellationRequested();
        }

        try
        {
            return action();
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    /// <summary>The same, and tells how long it waited for the turn, also where the wait was ended.</summary>
    /// <param name="name">The turn's name.</param>
    /// <param name="action">What is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="waited">Is told; null for nobody.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static T Take<T>(string name, Func<T> action, TimeProvider time, Action<TimeSpan>? waited, CancellationToken cancellation = default)
    {
        long began = time.GetTimestamp();
        bool hasTurn = false;
        try
        {
            return Take(
                name,
                () =>
                {
                    hasTurn = true;
                    waited?.Invoke(time.GetElapsedTime(began));
                    return action();
                },
                cancellation);
        }
        finally
        {
            if (!hasTurn)
            {
                waited?.Invoke(time.GetElapsedTime(began));
            }
        }
    }

    private static bool TryTake(Mutex turn)
    {
        try
        {
            return turn.WaitOne(UntilNextLook);
        }
        catch (AbandonedMutexException)
        {
            return true; // its holder was killed
        }
    }
}
