using Npgsql;

namespace Graft.Engine.Postgres;

/// <summary>Turns what PostgreSQL and its connection throw into one line that says what to do.</summary>
internal static class PostgresErrors
{
    private const string IdleInTransaction = "25P03"; // idle_in_transaction_session_timeout

    /// <summary>
    /// Whether the same may work in a moment: the server is away, starts, stops, has no connection to spare, or ended a transaction in which nothing was said.
    /// </summary>
    public static bool IsPassing(Exception exception) =>
        exception switch
        {
            PostgresException e => e.IsTransient
                || e.SqlState
                    is PostgresErrorCodes.AdminShutdown
                        or PostgresErrorCodes.CrashShutdown
                        or PostgresErrorCodes.CannotConnectNow
                        or PostgresErrorCodes.TooManyConnections
                        or IdleInTransaction,
            NpgsqlException e => e.IsTransient || e.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException,
            _ => false,
        };

    public static GraftException Translate(NpgsqlException exception, PostgresStore store) =>
        exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } e =>
                new ConfigurationException(
                    $"the record {store.Name} does not let you in: {e.MessageText}. Give the password by PGPASSWORD or ~/.pgpass, and the user with the database.",
                    e
                )
                {
                    Remedies = [new(Setting.Store)],
                },
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e => new ConfigurationException(
                $"the record {store.Name}: {e.MessageText}. Create it: createdb {store.Database}",
                e
            ),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new RunException(
                $"the record {store.Name} may not be written: {e.MessageText}. Ask for the right to create and write tables there.",
                e
            ),
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } e => new RunException(
                $"the disk of the record {store.Name} is full. Free space on it and run again: what was finished is kept.",
                e
            ),
            PostgresException e => new RunException($"the record {store.Name} cannot be used: {e.MessageText} ({e.SqlState}).", e),
            _ when exception.Message.Contains("No password has been provided", StringComparison.Ordinal) => new ConfigurationException(
                $"the record {store.Name} asks for a password. Give it by PGPASSWORD or ~/.pgpass.",
                exception
            ),
            _ => new RunException(
                $"the record {store.Name} cannot be reached: {Words(exception)}. Check that the server runs, and the host and port.",
                exception
            ),
        };

    private static string Words(NpgsqlException exception) => (exception.InnerException ?? exception).Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
