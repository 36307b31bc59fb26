using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Graft.Analysis;

namespace Graft.Engine.Sql;

/// <summary>
/// The steps of a workspace, in its database. Every method is one transaction or query. An attempt that this object began may write for as long as no later one
/// has begun: where a machine was given up for dead and was not, what it still has to say is refused (<see cref="StepLostException"/>).
/// </summary>
internal sealed partial class StepRecord : IStepRecord
{
    private const string Columns = "key, kind, specification, state, result, error, environment, started, finished, seconds, attempts, " +
        "holder, heartbeat, fraction, sequence";

    private readonly RecordDatabase _database;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, int> _attempts = []; // those that were begun here

    public StepRecord(RecordDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <inheritdoc/>
    public long Sequence => _database.Read(connection => connection.QuerySingle<long>("SELECT last FROM change"));

    private string Now => Timestamp.Format(_time.GetUtcNow());

    /// <inheritdoc/>
    public void Declare(IEnumerable<(string Key, string Kind, string Specification)> steps)
    {
        var rows = steps.ToList();
        _database.Write(connection =>
        {
            long sequence = NextSequence(connection);
            Rows.Insert(
                connection,
                "step (key, kind, specification, state, seconds, attempts, sequence)",
                rows.Select(row => new object?[] { row.Key, row.Kind, row.Specification, "pending", 0.0, 0, sequence }),
                "ON CONFLICT (key) DO NOTHING");
        });
    }

    /// <inheritdoc/>
    public StoredStep? Find(string key) => FindAll([key]).GetValueOrDefault(key);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredStep> FindAll(IReadOnlyCollection<string> keys) =>
        Query<StepRow>($"SELECT {Columns} FROM step WHERE {_database.In("key", "keys")}", keys).ToDictionary(row => row.Key, ToStep);

    /// <inheritdoc/>
    public IReadOnlyList<StoredStep> List() => _database.Read(connection => connection
        .Query<StepRow>($"SELECT {Columns} FROM step ORDER BY CASE WHEN started IS NULL THEN 1 ELSE 0 END, started, key")
        .Select(ToStep)
        .ToList());

    /// <inheritdoc/>
    public IReadOnlyList<StoredStep> ChangedSince(long sequence) => _database.Read(connection => connection
        .Query<StepRow>($"SELECT {Columns} FROM step WHERE sequence > @sequence ORDER BY sequence, key", new { sequence })
        .Select(ToStep)
        .ToList());

    /// <inheritdoc/>
    public bool MarkRunning(string key, string environment, string holder)
    {
        _attempts.TryRemove(key, out _); // a new attempt: it is not held against it that an earlier one was begun here
        int attempt = 0;
        bool begun = WriteUnlessDone(
            key,
            (connection, sequence) =>
                attempt = connection.QuerySingle<int>(
                    """
                    UPDATE step SET state = 'running', error = NULL, finished = NULL, environment = @environment,
                      started = COALESCE(started, @now), attempts = attempts + 1,
                      holder = @holder, heartbeat = @now, fraction = 0, sequence = @sequence
                    WHERE key = @key
                    RETURNING attempts
                    """,
                    new
                    {
                        key,
                        environment,
                        holder,
                        now = Now,
                        sequence,
                    }
                )
        );
        if (begun)
        {
            _attempts[key] = attempt;
        }

        return begun;
    }

    /// <inheritdoc/>
    public void RequireHeld(string key)
    {
        if (_attempts.TryGetValue(key, out int attempt) && Find(key) is { } stored && stored.Attempts != attempt)
        {
            throw new StepLostException(key, stored.Holder);
        }
    }

    /// <inheritdoc/>
    public void Beat(IReadOnlyCollection<string> keys, double fraction) =>
        WriteRunning(keys, "heartbeat = @now, fraction = @fraction", (key, attempt, sequence) => new { key, attempt, now = Now, fraction, sequence });

    /// <inheritdoc/>
    public void BreakOff(IReadOnlyCollection<string> keys, double seconds) =>
        WriteRunning(keys, "heartbeat = NULL, seconds = seconds + @seconds", (key, attempt, sequence) => new { key, attempt, seconds, sequence });

    // Changes steps that run, where this object's attempt is the last one.
    private void WriteRunning(IReadOnlyCollection<string> keys, string change, Func<string, int?, long, object> values) => _database.Write(connection =>
    {
        long sequence = NextSequence(connection);
        foreach (string key in keys)
        {
            int? attempt = _attempts.TryGetValue(key, out int begun) ? begun : null;
            connection.Execute(
                $"UPDATE step SET {change}, sequence = @sequence WHERE key = @key AND state = 'running' AND attempts = COALESCE(@attempt, attempts)",
                values(key, attempt, sequence));
        }
    });

    /// <inheritdoc/>
    public bool Complete(string key, string result, double seconds, TestOutcome? outcome = null, IReadOnlyList<ArtifactChecksum>? artifacts = null) =>
        WriteUnlessDone(key, (connection, sequence) =>
        {
            connection.Execute(
                """
                UPDATE step SET state = 'done', result = @result, error = NULL, finished = @now, seconds = seconds + @seconds,
                  heartbeat = NULL, fraction = 1, sequence = @sequence
                WHERE key = @key
                """,
                new { key, result, seconds, now = Now, sequence });
            if (outcome is not null)
            {
                connection.Execute(
                    "INSERT INTO outcome (step, images, correct, predicted) VALUES (@key, @Count, @CorrectBlob, @PredictedBlob)",
                    new { key, outcome.Count, outcome.CorrectBlob, outcome.PredictedBlob });
            }

            Rows.Insert(connection, "artifact (step, path, sha256)", (artifacts ?? []).Select(a => new object?[] { key, a.Path, a.Sha256 }));
        });

    /// <inheritdoc/>
    public bool Fail(string key, string error, double seconds) => WriteUnlessDone(key, (connection, sequence) => connection.Execute(
        """
        UPDATE step SET state = 'failed', error = @error, finished = @now, seconds = seconds + @seconds, heartbeat = NULL, sequence = @sequence
        WHERE key = @key
        """,
        new { key, error, seconds, now = Now, sequence }));

    /// <inheritdoc/>
    public int ResetFailed(IReadOnlyCollection<string> keys) => _database.Write(connection =>
    {
        long sequence = NextSequence(connection);
        return keys.Chunk(Rows.MostParameters).Sum(chunk => connection.Execute(
            $"UPDATE step SET state = 'pending', error = NULL, finished = NULL, sequence = @sequence WHERE state = 'failed' AND {_database.In("key", "chunk")}",
            new { chunk, sequence }));
    });

    /// <inheritdoc/>
    public void Invalidate(string key, int? attempts = null) => _database.Write(connection =>
    {
        int forgotten = connection.Execute(
            """
            UPDATE step SET state = 'pending', result = NULL, finished = NULL, fraction = 0, sequence = @sequence
            WHERE key = @key AND state = 'done' AND attempts = COALESCE(@attempts, attempts)
            """,
            new { key, attempts, sequence = NextSequence(connection) });
        if (forgotten > 0)
        {
            connection.Execute("DELETE FROM outcome WHERE step = @key", new { key });
            connection.Execute("DELETE FROM artifact WHERE step = @key", new { key });
        }
    });

    // There is one writer at a time, so numbers are given in the order of commits.
    private static long NextSequence(DbConnection connection) => connection.QuerySingle<long>("UPDATE change SET last = last + 1 RETURNING last");

    private StoredStep ToStep(StepRow row) => Liveness.Of(row.ToStep(), _time);

    private List<T> Query<T>(string sql, IReadOnlyCollection<string> keys) => _database.Read(connection => keys
        .Distinct()
        .Chunk(Rows.MostParameters)
        .SelectMany(chunk => connection.Query<T>(sql, new { keys = chunk }))
        .ToList());

    private bool WriteUnlessDone(string key, Action<DbConnection, long> statements) => _database.Write(connection =>
    {
        var now = connection.QuerySingleOrDefault<StepRow>($"SELECT {Columns} FROM step WHERE key = @key", new { key })
            ?? throw new ArgumentException($"Step {key} was never declared.", nameof(key));
        if (now.State == "done")
        {
            return false;
        }

        if (_attempts.TryGetValue(key, out int attempt) && now.Attempts != attempt)
        {
            throw new StepLostException(key, now.Holder);
        }

        statements(connection, NextSequence(connection));
        return true;
    });

    private sealed class StepRow
    {
        public required string Key { get; init; }

        public required string Kind { get; init; }

        public required string Specification { get; init; }

        public required string State { get; init; }

        public string? Result { get; init; }

        public string? Error { get; init; }

        public string? Environment { get; init; }

        public string? Started { get; init; }

        public string? Finished { get; init; }

        public double Seconds { get; init; }

        public int Attempts { get; init; }

        public string? Holder { get; init; }

        public string? Heartbeat { get; init; }

        public double Fraction { get; init; }

        public long Sequence { get; init; }

        public StoredStep ToStep() => new()
        {
            Key = Key,
            Kind = Kind,
            Specification = Specification,
            State = Enum.Parse<StepState>(State, ignoreCase: true),
            Result = Result,
            Error = Error,
            Environment = Environment,
            Started = Timestamp.Parse(Started),
            Finished = Timestamp.Parse(Finished),
            Seconds = Seconds,
            Attempts = Attempts,
            Holder = Holder,
            Heartbeat = Timestamp.Parse(Heartbeat),
            Fraction = Fraction,
            Sequence = Sequence,
        };
    }
}
