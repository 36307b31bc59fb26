using System.Data.Common;
using Dapper;
using DbUp;
using DbUp.Sqlite.Helpers;
using Graft.Engine.Sql;
using Graft.Runtime;
using Microsoft.Data.Sqlite;

namespace Graft.Engine.Local;

/// <summary>
/// The database file of a workspace: how it is opened, locked, versioned, and how its failures are told. All that is particular to SQLite is here. Any number
/// of threads and processes of one machine may use a file at the same time: each operation takes a connection of its own from a pool.
/// </summary>
internal sealed class SqliteDatabase : RecordDatabase
{
    private readonly string _path;
    private readonly string _connectionString;
    private readonly int _busySeconds;
    private string? _copy; // that is read from in the place of a file of an earlier version
    private bool _disposed;

    private SqliteDatabase(string path, string source, SqliteOpenMode mode, int busySeconds)
    {
        _path = path;
        _busySeconds = busySeconds;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            ForeignKeys = true,
            DefaultTimeout = busySeconds,
        }.ToString();
    }

    /// <summary>Opens a database for reading and writing; creates it, or brings it to this program's version, as needed.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="busySeconds">How long to wait while others write.</param>
    /// <exception cref="RunException">It cannot be opened or written, is damaged, or of a newer version.</exception>
    public static SqliteDatabase Open(string path, int busySeconds = 30)
    {
        var database = new SqliteDatabase(path, path, SqliteOpenMode.ReadWriteCreate, busySeconds);
        return database.Prepared(() =>
        {
            database.Use(database.KnownVersion);

            // Write-ahead log: readers do not wait for the writer. The mode is kept in the file.
            database.Use(connection => connection.Execute("PRAGMA journal_mode = WAL"));
            database.Migrate();
        });
    }

    /// <summary>Opens an existing database; where it, or its directory, is read-only, then for reading only.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="busySeconds">How long to wait while others write.</param>
    /// <exception cref="RunException">It cannot be opened, is damaged, or of a newer version.</exception>
    public static SqliteDatabase OpenExisting(string path, int busySeconds = 30)
    {
        var database = new SqliteDatabase(path, path, SqliteOpenMode.ReadWrite, busySeconds);
        var readable = true;
        database.Prepared(() => readable = database.CanRead());
        if (!readable && !HasUnmergedLog(path))
        {
            // Even reading takes a shared-memory file beside a database with a write-ahead log; where none can be created, only a database that is promised not
            // to change can be read. The promise holds as nobody writes: there is no log. Should a writer begin meanwhile, SQLite may find the file damaged.
            database.Dispose();
            database = new SqliteDatabase(path, ImmutableUri(path), SqliteOpenMode.ReadOnly, busySeconds);
        }

        long version = 0;
        database.Prepared(() => version = database.Use(database.KnownVersion));
        if (version == Schema.Version)
        {
            return database;
        }

        if (readable)
        {
            return database.Prepared(database.Migrate);
        }

        database.Dispose();
        return MigratedCopy(path, busySeconds);
    }

    // Of a file that cannot be written: what is read from is a copy of this program's version.
    private static SqliteDatabase MigratedCopy(string path, int busySeconds)
    {
        string copy = Path.Combine(Directory.CreateTempSubdirectory("graft-").FullName, Path.GetFileName(path));
        var database = new SqliteDatabase(path, copy, SqliteOpenMode.ReadOnly, busySeconds) { _copy = copy };
        return database.Prepared(() =>
        {
            File.Copy(path, copy);
            File.SetAttributes(copy, FileAttributes.Normal);
            using var writable = new SqliteDatabase(path, copy, SqliteOpenMode.ReadWrite, busySeconds);
            writable.Migrate();
        });
    }

    /// <inheritdoc/>
    public override T Read<T>(Func<DbConnection, T> query)
    {
        var result = default(T)!;
        StorageErrors.Guard(_path, () => result = Use(query));
        return result;
    }

    /// <inheritdoc/>
    public override T Write<T>(Func<DbConnection, T> statements) => Read(connection =>
    {
        // Not deferred (BEGIN IMMEDIATE): a transaction that first reads and then writes would fail at once, instead of waiting, when another has written
        // between.
        using var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: false);
        var result = statements(connection);
        transaction.Commit();
        return result;
    });

    /// <inheritdoc/>
    public override string In(string column, string parameter) => $"{column} IN @{parameter}";

    /// <summary>Closes the idle connections, so that the log is merged and the files can be deleted.</summary>
    public override void Dispose()
    {
        _disposed = true;
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        if (_copy is not null && Path.GetDirectoryName(_copy) is { } directory && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <inheritdoc/>
    protected override DbTransaction BeginReading(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    private static bool HasUnmergedLog(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };

    private static string ImmutableUri(string path)
    {
        var segments = path.Replace('\\', '/').TrimStart('/').Split('/').Select(Uri.EscapeDataString);
        return $"file:///{string.Join("/", segments)}?immutable=1";
    }

    private SqliteDatabase Prepared(Action prepare)
    {
        try
        {
            StorageErrors.Guard(_path, prepare);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private bool CanRead()
    {
        try
        {
            Use(KnownVersion);
            return true;
        }
        catch (SqliteException e) when (StorageErrors.IsAccess(e))
        {
            return false;
        }
    }

    // user_version is older than DbUp's table, and stays: programs that know only it are told that the file is newer than they are.
    private long KnownVersion(DbConnection connection)
    {
        var version = connection.ExecuteScalar<long>("PRAGMA user_version");
        return version <= Schema.Version ? version : throw Migration.Newer($"workspace {Path.GetDirectoryName(_path)}", version);
    }

    // Two processes may find a new file at the same moment: the version is read within the transaction, so the second finds the tables there.
    private void Migrate() => Write(connection =>
    {
        var version = KnownVersion(connection);
        if (version < Schema.Version)
        {
            bool journalled = connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE name = 'SchemaVersions'") > 0;
            var database = DeployChanges.To.SqliteDatabase(new SharedConnection(connection));
            Migration.Run(database, journalled ? 0 : (int)version, $"workspace {Path.GetDirectoryName(_path)}");
            connection.Execute(Invariant($"PRAGMA user_version = {Schema.Version}"));
        }
    });

    private T Use<T>(Func<DbConnection, T> action)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();

        // FULL flushes the log at every commit. NORMAL would flush at checkpoints only: the file stays sound, but a power cut takes back the last commits,
        // which are results of minutes or hours that were already reported. There are few commits (one an epoch), so the flushes cost nothing that matters.
        connection.Execute(Invariant($"PRAGMA busy_timeout = {_busySeconds * 1000}; PRAGMA synchronous = FULL"));
        return action(connection);
    }
}
