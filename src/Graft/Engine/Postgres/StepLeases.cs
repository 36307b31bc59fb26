using Dapper;

namespace Graft.Engine.Postgres;

/// <summary>
/// The rights to run steps, in PostgreSQL in place of locked files: a lease is renewed every ten seconds, by the server's clock, and free once it was not for
/// two minutes. The time while the server was away does not count. A task of a cluster that is started again takes over its own lease at once.
/// </summary>
internal sealed class StepLeases : IStepLocks, IDisposable
{
    private readonly PostgresDatabase _database;
    private readonly LeaseOwner _owner;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _held = [];
    private readonly ITimer _timer;
    private int _renewing;

    public StepLeases(PostgresDatabase database, LeaseOwner owner, TimeProvider time)
    {
        _database = database;
        _owner = owner;
        _timer = time.CreateTimer(_ => Renew(), null, Heartbeat.Interval, Heartbeat.Interval);
    }

    /// <summary>How long a lease lasts that nobody renews.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    public IDisposable? TryLock(string key)
    {
        lock (_lock)
        {
            if (!_held.Add(key))
            {
                return null; // another thread of this process has it
            }
        }

        bool taken = false;
        try
        {
            taken = _database.Run(connection => connection.QuerySingleOrDefault<int>(
                """
                INSERT INTO lease (step, owner, start, renewed) VALUES (@key, @Name, @Start, EXTRACT(EPOCH FROM clock_timestamp()))
                ON CONFLICT (step) DO UPDATE SET owner = excluded.owner, start = excluded.start, renewed = excluded.renewed
                  WHERE (lease.owner = excluded.owner AND lease.start <= excluded.start)
                    OR excluded.renewed - GREATEST(lease.renewed, EXTRACT(EPOCH FROM pg_postmaster_start_time())) > @patience
                RETURNING 1
                """,
                new { key, _owner.Name, _owner.Start, patience = Patience.TotalSeconds })) == 1;
            return taken ? new Lease(this, key) : null;
        }
        finally
        {
            if (!taken)
            {
                Forget(key);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Renew()
    {
        string[] keys;
        lock (_lock)
        {
            keys = [.. _held];
        }

        if (keys.Length == 0 || Interlocked.Exchange(ref _renewing, 1) == 1)
        {
            return;
        }

        try
        {
            _database.Run(connection => connection.Execute(
                "UPDATE lease SET renewed = EXTRACT(EPOCH FROM clock_timestamp()) WHERE step = ANY (@keys) AND owner = @Name AND start = @Start",
                new { keys, _owner.Name, _owner.Start }));
        }
        catch (Exception e) when (e is GraftException or ObjectDisposedException)
        {
            // the next time; whoever takes the step over meanwhile is the one whose results count
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    private void Release(string key)
    {
        try
        {
            _database.Run(connection => connection.Execute(
                "DELETE FROM lease WHERE step = @key AND owner = @Name AND start = @Start", new { key, _owner.Name, _owner.Start }));
        }
        catch (GraftException)
        {
            // it runs out
        }
        finally
        {
            Forget(key); // not before: another thread of this process would take it in between, and lose it to the deletion
        }
    }

    private void Forget(string key)
    {
        lock (_lock)
        {
            _held.Remove(key);
        }
    }

    private sealed class Lease(StepLeases leases, string key) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _released, true))
            {
                leases.Release(key);
            }
        }
    }
}
