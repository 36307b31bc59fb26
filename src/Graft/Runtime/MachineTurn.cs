namespace Graft.Runtime;

/// <summary>What processes of one machine and user do one after another.</summary>
internal static class MachineTurn
{
    /// <summary>Waits until no other has the turn, and does something.</summary>
    /// <param name="name">The turn's name, without slashes; the same for all that wait for one another.</param>
    /// <param name="action">What is done. One that is killed in it leaves the turn to the next.</param>
    public static T Take<T>(string name, Func<T> action)
    {
        using var turn = new Mutex(name, new NamedWaitHandleOptions { CurrentUserOnly = true, CurrentSessionOnly = false });
        try
        {
            turn.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // its holder was killed, and the turn is free
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
}
