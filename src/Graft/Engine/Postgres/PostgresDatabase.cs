using System.Data;
using System.Data.Common;
using Dapper;
using DbUp;
using DbUp.Postgresql;
using Graft.Engine.Sql;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Graft.Engine.Postgres;

/// <summary>
/// A record in PostgreSQL: how it is opened, locked, versioned, and how its failures are told. All that is particular to PostgreSQL is here and in
/// <see cref="StepLeases"/>. A server that is away is waited for, with growing pauses.
/// </summary>
internal sealed class PostgresDatabase : RecordDatabase
{
    // Any number that others hardly use: pg_advisory_lock of those who bring the tables to a version.
    private const long MigrationLock = 0x6772616674;

    // A process that is halted within a transaction would keep all others waiting: the server ends the transaction, and the process begins it again.
    private const string LimitOfPauses = "SET LOCAL idle_in_transaction_session_timeout = '60s'";

    // One writer at a time, as in SQLite: numbers of changes are given in the order of commits.
    private const string OneWriter = "SELECT last FROM change FOR UPDATE";

    private readonly PostgresStore _store;
    private readonly NpgsqlDataSource _source;
    private ResiliencePipeline _patience;

    private PostgresDatabase(PostgresStore store, ResiliencePipeline patience)
    {
        _store = store;
        _source = store.Connect();
        _patience = patience;
    }

    /// <summary>Opens a database and brings it to this program's version.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="opening">How long a server that is away is waited for now, about.</param>
    /// <param name="running">The same once it is open.</param>
    /// <param name="time">The clock of the waiting.</param>
    /// <exception cref="GraftException">It cannot be reached or written, or is of a newer version.</exception>
    public static PostgresDatabase Open(PostgresStore store, TimeSpan opening, TimeSpan running, TimeProvider time)
    {
        var database = new PostgresDatabase(store, Patience(opening, time));
        try
        {
            database.Read(database.Migrate);
            database._patience = Patience(running, time);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override T Read<T>(Func<DbConnection, T> query)
    {
        try
        {
            return _patience.Execute(() =>
            {
                using var connection = _source.OpenConnection();
                return query(connection);
            });
        }
        catch (NpgsqlException e)
        {
            throw PostgresErrors.Translate(e, _store);
        }
    }

    /// <inheritdoc/>
    public override T Write<T>(Func<DbConnection, T> statements) => Read(connection =>
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute($"{LimitOfPauses}; {OneWriter}");
        var result = statements(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>Runs one statement by itself, beside writers.</summary>
    public T Run<T>(Func<DbConnection, T> statement) => Read(statement);

    /// <inheritdoc/>
    public override string In(string column, string parameter) => $"{column} = ANY (@{parameter})";

    /// <inheritdoc/>
    public override void Dispose() => _source.Dispose();

    /// <inheritdoc/>
    protected override DbTransaction BeginReading(DbConnection connection) => connection.BeginTransaction(IsolationLevel.RepeatableRead);

    private bool Migrate(DbConnection connection)
    {
        connection.Execute($"SELECT pg_advisory_lock({MigrationLock})");
        try
        {
            if (_store.Schema is { } schema)
            {
                connection.Execute($"CREATE SCHEMA IF NOT EXISTS \"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            }

            string current = connection.QuerySingle<string>("SELECT current_schema()");
            var database = DeployChanges
                .To.PostgresqlDatabase(new PostgresqlConnectionManager(_source))
                .JournalToPostgresqlTable(current, "schemaversions")
                .WithTransaction();
            Migration.Run(database, adopted: 0, $"the record {_store.Name}");
            return true;
        }
        finally
        {
            Unlock(connection);
        }
    }

    // A connection that broke has lost its locks; what broke it is what the caller is told.
    private static void Unlock(DbConnection connection)
    {
        if (connection.State == ConnectionState.Open)
        {
            try
            {
                connection.Execute($"SELECT pg_advisory_unlock({MigrationLock})");
            }
            catch (NpgsqlException)
            {
            }
        }
    }

    // Pauses grow to five seconds; with them and what a try takes, this many tries make up the time.
    private static ResiliencePipeline Patience(TimeSpan patience, TimeProvider time)
    {
        var longest = TimeSpan.FromSeconds(5);
        return new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && PostgresErrors.IsPassing(e)),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = longest,
            MaxRetryAttempts = Math.Max(3, (int)(patience / longest) + 2),
        }).Build();
    }
}
