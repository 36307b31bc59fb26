using Graft.Engine.Sql;
using Graft.Runtime;

namespace Graft.Engine.Local;

/// <summary>
/// A directory that holds the record of steps and jobs (<c>graft.db</c>), their files (<c>artifacts/</c>) and the locks of running steps (<c>locks/</c>).
/// Any number of processes and threads of one machine may use it at the same time.
/// </summary>
internal sealed class Workspace : IWorkspace, IStepLocks
{
    // A temporary file is locked within moments of its creation; this is far beyond any such moment.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    private readonly SqliteDatabase _database;
    private readonly ArtifactStore _artifacts;

    private Workspace(string directory, SqliteDatabase database, TimeProvider time)
    {
        Directory = directory;
        _database = database;
        _artifacts = new ArtifactStore(Path.Combine(directory, ArtifactPath.Folder));
        Steps = new StepRecord(database, time);
        Jobs = new JobRecord(database, time, directory);
    }

    /// <summary>The absolute path of the directory.</summary>
    public string Directory { get; }

    /// <inheritdoc/>
    public string Location => Directory;

    /// <inheritdoc/>
    public IStepRecord Steps { get; }

    /// <inheritdoc/>
    public IJobRecord Jobs { get; }

    /// <inheritdoc/>
    public IArtifacts Artifacts => _artifacts;

    /// <inheritdoc/>
    public IStepLocks Locks => this;

    /// <summary>Opens a workspace for writing, creating what is missing; removes half-written files that killed processes left over an hour ago.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="time">The clock of all times that are recorded.</param>
    /// <exception cref="ConfigurationException">The path is a file.</exception>
    /// <exception cref="RunException">The path is read-only or on a full disk; the database is damaged, locked for too long or of a newer version.</exception>
    public static Workspace Open(string directory, TimeProvider time)
    {
        directory = Path.GetFullPath(directory);
        if (File.Exists(directory))
        {
            throw new ConfigurationException($"workspace {directory} is a file, not a directory. Choose another directory.");
        }

        StorageErrors.Guard(directory, () =>
        {
            System.IO.Directory.CreateDirectory(Path.Combine(directory, ArtifactPath.Folder));
            System.IO.Directory.CreateDirectory(LockDirectory(directory));
        });
        var workspace = new Workspace(directory, SqliteDatabase.Open(DatabasePath(directory)), time);
        try
        {
            workspace._artifacts.RemoveLeftovers(before: time.GetUtcNow() - LeftoverAge);
            return workspace;
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a workspace in a directory.</summary>
    public static bool Exists(string directory) => File.Exists(DatabasePath(directory));

    /// <summary>Opens a workspace that exists, to show it; works where the directory or its disk is read-only.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="time">The clock of all times that are recorded.</param>
    /// <exception cref="ConfigurationException">There is no workspace.</exception>
    /// <exception cref="RunException">The database is damaged, cannot be read or is of a newer version.</exception>
    public static Workspace OpenExisting(string directory, TimeProvider time)
    {
        directory = Path.GetFullPath(directory);
        if (!Exists(directory))
        {
            throw new ConfigurationException($"no workspace at {directory}. Run a study or an acceleration first, or name the directory where one was run.");
        }

        return new Workspace(directory, SqliteDatabase.OpenExisting(DatabasePath(directory)), time);
    }

    /// <summary>Takes the exclusive right to run a step; returns null where another process or thread has it. After a kill the lock is free at once.</summary>
    /// <param name="key">The step's key.</param>
    /// <exception cref="ArgumentException">The key cannot be the name of a file.</exception>
    /// <exception cref="RunException">The workspace is read-only or its disk is full.</exception>
    public IDisposable? TryLock(string key)
    {
        if (key.Length == 0 || !key.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException($"'{key}' is no key: letters and digits expected.", nameof(key));
        }

        return StepLock.TryAcquire(Path.Combine(LockDirectory(Directory), key + ".lock"));
    }

    /// <summary>Closes the database. Nothing of this workspace may be used afterwards.</summary>
    public void Dispose() => _database.Dispose();

    private static string DatabasePath(string directory) => Path.Combine(directory, "graft.db");

    private static string LockDirectory(string directory) => Path.Combine(directory, "locks");
}
