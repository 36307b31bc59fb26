using System.Data.Common;
using Dapper;
using Graft.Analysis;

namespace Graft.Engine.Local;

/// <summary>
/// The steps of a workspace. A step that is done never changes again: whatever is recorded for it later is ignored, and the method says so by returning false.
/// Every method is one transaction or query, may be called from any thread, and throws <see cref="RunException"/> where the database cannot be used.
/// </summary>
public sealed partial class StepRecord
{
    private const string Columns = "key, kind, specification, state, result, error, environment, started, finished, seconds, attempts";

    // A statement takes a limited number of parameters: 999 in older builds of SQLite.
    private const int ChunkSize = 500;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;

    internal StepRecord(SqliteDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    private string Now => Timestamp.Format(_time.GetUtcNow());

    /// <summary>Records steps as pending; those that are recorded already stay as they are.</summary>
    public void Declare(IEnumerable<(string Key, string Kind, string Specification)> steps)
    {
        var rows = steps.Select(step => new { step.Key, step.Kind, step.Specification }).ToList();
        _database.Write(connection => connection.Execute(
            """
            INSERT INTO step (key, kind, specification, state, seconds, attempts) VALUES (@Key, @Kind, @Specification, 'pending', 0, 0)
            ON CONFLICT (key) DO NOTHING
            """,
            rows));
    }

    /// <summary>The step of a key, or null if it was never declared.</summary>
    public StoredStep? Find(string key) => FindAll([key]).GetValueOrDefault(key);

    /// <summary>The steps of any number of keys, by key; keys that were never declared are missing.</summary>
    public IReadOnlyDictionary<string, StoredStep> FindAll(IReadOnlyCollection<string> keys) =>
        Query<StepRow>($"SELECT {Columns} FROM step WHERE key IN @keys", keys).ToDictionary(row => row.Key, row => row.ToStep());

    /// <summary>All steps: those that were started in the order in which they were, then the others, by key.</summary>
    public IReadOnlyList<StoredStep> List() => _database.Read(connection => connection
        .Query<StepRow>($"SELECT {Columns} FROM step ORDER BY CASE WHEN started IS NULL THEN 1 ELSE 0 END, started, key")
        .Select(row => row.ToStep())
        .ToList());

    /// <summary>Begins an attempt. Call it while holding the step's lock.</summary>
    /// <param name="key">The step.</param>
    /// <param name="environment">What it runs on, as JSON.</param>
    /// <returns>False if the step is done already, so that there is nothing to run.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    public bool MarkRunning(string key, string environment) => WriteUnlessDone(key, connection => connection.Execute(
        """
        UPDATE step SET state = 'running', error = NULL, finished = NULL, environment = @environment, started = COALESCE(started, @now), attempts = attempts + 1
        WHERE key = @key
        """,
        new { key, environment, now = Now }));

    /// <summary>Records the result of a step and, in the same transaction, the outcome of its test run.</summary>
    /// <param name="key">The step.</param>
    /// <param name="result">The result, as JSON.</param>
    /// <param name="seconds">The active time of this attempt; it is added to that of earlier attempts.</param>
    /// <param name="outcome">What was answered for each test image, if the step tested a network.</param>
    /// <returns>False if the step was done already; the first result is kept.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    public bool Complete(string key, string result, double seconds, TestOutcome? outcome = null) => WriteUnlessDone(key, connection =>
    {
        connection.Execute(
            "UPDATE step SET state = 'done', result = @result, error = NULL, finished = @now, seconds = seconds + @seconds WHERE key = @key",
            new { key, result, seconds, now = Now });
        if (outcome is not null)
        {
            connection.Execute(
                "INSERT INTO outcome (step, images, correct, predicted) VALUES (@key, @Count, @CorrectBlob, @PredictedBlob)",
                new { key, outcome.Count, outcome.CorrectBlob, outcome.PredictedBlob });
        }
    });

    /// <summary>Records that an attempt ended with an error.</summary>
    /// <param name="key">The step.</param>
    /// <param name="error">What went wrong, for people.</param>
    /// <param name="seconds">The active time of this attempt; it is added to that of earlier attempts.</param>
    /// <returns>False if the step was done already.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    public bool Fail(string key, string error, double seconds) => WriteUnlessDone(key, connection => connection.Execute(
        "UPDATE step SET state = 'failed', error = @error, finished = @now, seconds = seconds + @seconds WHERE key = @key",
        new { key, error, seconds, now = Now }));

    /// <summary>Makes those of the given steps that failed pending again.</summary>
    /// <returns>How many there were.</returns>
    public int ResetFailed(IReadOnlyCollection<string> keys) => _database.Write(connection => keys.Chunk(ChunkSize).Sum(chunk => connection.Execute(
        "UPDATE step SET state = 'pending', error = NULL, finished = NULL WHERE state = 'failed' AND key IN @chunk",
        new { chunk })));

    private List<T> Query<T>(string sql, IReadOnlyCollection<string> keys) => _database.Read(connection => keys
        .Distinct()
        .Chunk(ChunkSize)
        .SelectMany(chunk => connection.Query<T>(sql, new { keys = chunk }))
        .ToList());

    private bool WriteUnlessDone(string key, Action<DbConnection> statements) => _database.Write(connection =>
    {
        var state = connection.QuerySingleOrDefault<string>("SELECT state FROM step WHERE key = @key", new { key })
            ?? throw new ArgumentException($"Step {key} was never declared.", nameof(key));
        if (state == "done")
        {
            return false;
        }

        statements(connection);
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
        };
    }
}
