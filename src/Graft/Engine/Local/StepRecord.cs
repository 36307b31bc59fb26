using System.Data.Common;
using Dapper;
using Graft.Analysis;

namespace Graft.Engine.Local;

/// <summary>The steps of a workspace, in its database. Every method is one transaction or query.</summary>
public sealed partial class StepRecord : IStepRecord
{
    private const string Columns = "key, kind, specification, state, result, error, environment, started, finished, seconds, attempts, " +
        "holder, heartbeat, fraction, sequence";

    // A statement takes a limited number of parameters: 999 in older builds of SQLite.
    private const int ChunkSize = 500;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;

    internal StepRecord(SqliteDatabase database, TimeProvider time)
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
        var rows = steps.Select(step => new { step.Key, step.Kind, step.Specification }).ToList();
        _database.Write(connection =>
        {
            long sequence = NextSequence(connection);
            connection.Execute(
                """
                INSERT INTO step (key, kind, specification, state, seconds, attempts, sequence) VALUES (@Key, @Kind, @Specification, 'pending', 0, 0, @sequence)
                ON CONFLICT (key) DO NOTHING
                """,
                rows.Select(row => new { row.Key, row.Kind, row.Specification, sequence }));
        });
    }

    /// <inheritdoc/>
    public StoredStep? Find(string key) => FindAll([key]).GetValueOrDefault(key);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredStep> FindAll(IReadOnlyCollection<string> keys) =>
        Query<StepRow>($"SELECT {Columns} FROM step WHERE key IN @keys", keys).ToDictionary(row => row.Key, ToStep);

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
    public bool MarkRunning(string key, string environment, string holder) => WriteUnlessDone(key, (connection, sequence) => connection.Execute(
        """
        UPDATE step SET state = 'running', error = NULL, finished = NULL, environment = @environment, started = COALESCE(started, @now), attempts = attempts + 1,
          holder = @holder, heartbeat = @now, fraction = 0, sequence = @sequence
        WHERE key = @key
        """,
        new { key, environment, holder, now = Now, sequence }));

    /// <inheritdoc/>
    public void Beat(IReadOnlyCollection<string> keys, double fraction) => _database.Write(connection =>
    {
        long sequence = NextSequence(connection);
        foreach (string[] chunk in keys.Chunk(ChunkSize))
        {
            connection.Execute(
                "UPDATE step SET heartbeat = @now, fraction = @fraction, sequence = @sequence WHERE state = 'running' AND key IN @chunk",
                new { chunk, now = Now, fraction, sequence });
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

            connection.Execute(
                "INSERT INTO artifact (step, path, sha256) VALUES (@key, @Path, @Sha256)",
                (artifacts ?? []).Select(a => new { key, a.Path, a.Sha256 }));
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
        return keys.Chunk(ChunkSize).Sum(chunk => connection.Execute(
            "UPDATE step SET state = 'pending', error = NULL, finished = NULL, sequence = @sequence WHERE state = 'failed' AND key IN @chunk",
            new { chunk, sequence }));
    });

    /// <inheritdoc/>
    public void Invalidate(string key) => _database.Write(connection =>
    {
        connection.Execute("DELETE FROM outcome WHERE step = @key", new { key });
        connection.Execute("DELETE FROM artifact WHERE step = @key", new { key });
        connection.Execute(
            "UPDATE step SET state = 'pending', result = NULL, finished = NULL, fraction = 0, sequence = @sequence WHERE key = @key",
            new { key, sequence = NextSequence(connection) });
    });

    // The row is locked until the transaction ends, so numbers are given in the order of commits.
    private static long NextSequence(DbConnection connection)
    {
        connection.Execute("UPDATE change SET last = last + 1");
        return connection.QuerySingle<long>("SELECT last FROM change");
    }

    private StoredStep ToStep(StepRow row) => Liveness.Of(row.ToStep(), _time);

    private List<T> Query<T>(string sql, IReadOnlyCollection<string> keys) => _database.Read(connection => keys
        .Distinct()
        .Chunk(ChunkSize)
        .SelectMany(chunk => connection.Query<T>(sql, new { keys = chunk }))
        .ToList());

    private bool WriteUnlessDone(string key, Action<DbConnection, long> statements) => _database.Write(connection =>
    {
        var state = connection.QuerySingleOrDefault<string>("SELECT state FROM step WHERE key = @key", new { key })
            ?? throw new ArgumentException($"Step {key} was never declared.", nameof(key));
        if (state == "done")
        {
            return false;
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
