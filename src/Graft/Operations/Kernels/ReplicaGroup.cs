namespace Graft.Operations.Kernels;

/// <summary>
/// Replicas of a network that work on parts of one batch at the same time, each on a thread of its own, and exchange values in the middle of a pass. All of
/// them must make the same exchanges in the same order, as replicas of one network do.
/// </summary>
internal sealed class ReplicaGroup : IDisposable
{
    [ThreadStatic]
    private static (ReplicaGroup Group, int Replica)? _current;

    private readonly Barrier _barrier;
    private readonly CancellationTokenSource _broken = new();
    private readonly object?[][] _values; // those of even and of odd exchanges: the next ones may begin while some replica still reads these
    private readonly int[] _exchanges;

    /// <param name="count">The replicas.</param>
    public ReplicaGroup(int count)
    {
        _barrier = new(count);
        _values = [new object?[count], new object?[count]];
        _exchanges = new int[count];
    }

    /// <summary>Whether the calling thread is a replica of a group.</summary>
    public static bool IsEntered => _current is not null;

    /// <summary>Whether <see cref="Break"/> was called.</summary>
    public bool IsBroken => _broken.IsCancellationRequested;

    /// <summary>Says that the calling thread is a replica of this group, until the returned object is disposed.</summary>
    public IDisposable Enter(int replica)
    {
        _current = (this, replica);
        return new Membership();
    }

    /// <summary>Gives each replica the values of all, in the order of replicas; alone in the array where the calling thread belongs to no group.</summary>
    public static T[] AllGather<T>(T value)
        where T : class => _current is var (group, replica) ? group.AllGather(replica, value) : [value];

    /// <summary>Lets nobody wait any more: a replica has failed, and what the others still compute will be thrown away.</summary>
    public void Break() => _broken.Cancel();

    public void Dispose()
    {
        _barrier.Dispose();
        _broken.Dispose();
    }

    private T[] AllGather<T>(int replica, T value)
        where T : class
    {
        var values = _values[_exchanges[replica]++ % 2];
        values[replica] = value;
        try
        {
            _barrier.SignalAndWait(_broken.Token);
            return Array.ConvertAll(values, v => (T)v!);
        }
        catch (OperationCanceledException)
        {
            return [value];
        }
    }

    private sealed class Membership : IDisposable
    {
        public void Dispose() => _current = null;
    }
}
