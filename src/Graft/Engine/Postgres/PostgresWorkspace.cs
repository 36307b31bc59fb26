using Dapper;
using Graft.Engine.Sql;
using Graft.Runtime;

namespace Graft.Engine.Postgres;

/// <summary>
/// A workspace whose record is in PostgreSQL, so that any number of machines can use it. Its files are in a directory that all of them see: they are written
/// whole, flushed and renamed, and none is locked. The directory knows its record (<see cref="StoreFile"/>), and the record its directory.
/// </summary>
internal sealed class PostgresWorkspace : IWorkspace
{
    /// <summary>How long a server that is away is waited for when a workspace is opened.</summary>
    internal static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a server that goes away later is waited for: what was computed is worth it.</summary>
    internal static readonly TimeSpan RunningPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1); // no file takes as long to write, and clocks of machines do not differ as much

    private readonly PostgresDatabase _database;
    private readonly StepLeases _leases;
    private readonly ArtifactStore _artifacts;

    private PostgresWorkspace(string directory, PostgresStore store, PostgresDatabase database, LeaseOwner owner, TimeProvider time)
    {
        Location = directory;
        Store = store;
        _database = database;
        _leases = new(database, owner, time);
        _artifacts = new ArtifactStore(Path.Combine(directory, ArtifactPath.Folder));
        Steps = new StepRecord(database, time);
        Jobs = new JobRecord(database, time, directory);
        Submissions = new SubmissionRecord(database, time);
    }

    /// <summary>The absolute path of the directory.</summary>
    public string Location { get; }

    /// <summary>Where the record is.</summary>
    public PostgresStore Store { get; }

    /// <inheritdoc/>
    public IStepRecord Steps { get; }

    /// <inheritdoc/>
    public IJobRecord Jobs { get; }

    /// <inheritdoc/>
    public IArtifacts Artifacts => _artifacts;

    /// <inheritdoc/>
    public IStepLocks Locks => _leases;

    /// <summary>Which steps were handed to a cluster.</summary>
    public ISubmissionRecord Submissions { get; }

    /// <summary>The size of the record's tables and indexes in the database.</summary>
    /// <exception cref="RunException">The record cannot be reached.</exception>
    public long RecordBytes() =>
        _database.Read(connection =>
            connection.QuerySingle<long>(
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
            )
        );

    /// <summary>Opens a workspace, creating what is missing.</summary>
    /// <param name="directory">Its directory, on a file system that all machines see.</param>
    /// <param name="store">Where the record is; null where the directory knows it.</param>
    /// <param name="time">The clock of all times that are recorded.</param>
    /// <param name="owner">Who holds the steps that it runs; null for this process.</param>
    /// <exception cref="ConfigurationException">The directory has another record, or the record another directory.</exception>
    /// <exception cref="RunException">The directory or the record cannot be used.</exception>
    public static PostgresWorkspace Open(string directory, PostgresStore? store, TimeProvider time, LeaseOwner? owner = null)
    {
        directory = Path.GetFullPath(directory);
        var known = StoreFile.TryRead(directory);
        if (known is not null && store is not null && store.Text != known.Store)
        {
            throw new ConfigurationException(
                $"workspace {directory} has its record at {PostgresStore.Parse(known.Store).Name}, not at {store.Name}. Give no database, or another workspace."
            );
        }

        store ??= PostgresStore.Parse((known ?? throw new ConfigurationException($"workspace {directory} has no record in PostgreSQL.")).Store);
        var database = PostgresDatabase.Open(store, owner is null ? OpeningPatience : RunningPatience, RunningPatience, time);
        try
        {
            StorageErrors.Guard(directory, () => Directory.CreateDirectory(Path.Combine(directory, ArtifactPath.Folder)));
            Pair(directory, known, store, database);
            var workspace = new PostgresWorkspace(directory, store, database, owner ?? LeaseOwner.ThisProcess(), time);
            if (owner is null)
            {
                workspace._artifacts.RemoveLeftovers(before: time.GetUtcNow() - LeftoverAge);
            }

            return workspace;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Whether a directory has its record in PostgreSQL.</summary>
    public static bool Exists(string directory) => StoreFile.TryRead(Path.GetFullPath(directory)) is not null;

    /// <summary>Closes the connections. Nothing of this workspace may be used afterwards.</summary>
    public void Dispose()
    {
        _leases.Dispose();
        _database.Dispose();
    }

    // Two directories with one record would take each other's files for lost ones.
    private static void Pair(string directory, StoreFile? known, PostgresStore store, PostgresDatabase database)
    {
        string id = known?.Id ?? Guid.NewGuid().ToString("N");
        var paired = database.Write(connection =>
        {
            connection.Execute(
                "INSERT INTO workspace (id, directory) SELECT @id, @directory WHERE NOT EXISTS (SELECT 1 FROM workspace)",
                new { id, directory }
            );
            return connection.QuerySingle<(string Id, string Directory, bool IsEmpty)>(
                "SELECT id, directory, NOT EXISTS (SELECT 1 FROM step) FROM workspace");
        });
        if (known is null && paired.Directory == directory && paired.IsEmpty)
        {
            id = paired.Id; // a first command ended after it had paired them, or begins at the same moment; else it may be a directory of another machine
        }

        if (paired.Id == id && paired.Directory != directory)
        {
            if (StoreFile.IsCopy(directory, paired.Directory))
            {
                throw new ConfigurationException(
                    $"{directory} is a copy of workspace {paired.Directory} and has the same record: each would take the other's files for lost ones. "
                        + $"Use that workspace, or delete {StoreFile.PathIn(directory)} and name another database.")
                {
                    Remedies = [new(Setting.Workspace, paired.Directory)],
                };
            }

            database.Write(connection => connection.Execute("UPDATE workspace SET directory = @directory", new { directory })); // it was moved
        }

        if (paired.Id != id)
        {
            throw new ConfigurationException(
                $"the record {store.Name} is that of workspace {paired.Directory}, not of {directory}. Give another database, another schema (Search Path=NAME), or that workspace."
            )
            {
                Remedies = [new(Setting.Workspace, paired.Directory)],
            };
        }

        if (known is null)
        {
            new StoreFile(id, store.Text).Write(directory);
        }
    }
}
