namespace Graft.Engine;

/// <summary>
/// A workspace that lives as long as its object: the record in memory, files in a temporary directory that is deleted with it. For tests, scripts and
/// notebooks; steps run in this process, as no other can see it.
/// </summary>
internal sealed class MemoryWorkspace : IWorkspace, IArtifacts, IStepLocks
{
    private readonly HashSet<string> _held = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("graft-").FullName;

    /// <param name="time">The clock of all times that are recorded.</param>
    public MemoryWorkspace(TimeProvider time)
    {
        Steps = new MemoryStepRecord(time);
        Jobs = new MemoryJobRecord(time);
    }

    /// <inheritdoc/>
    public string Location => "memory";

    /// <inheritdoc/>
    public IStepRecord Steps { get; }

    /// <inheritdoc/>
    public IJobRecord Jobs { get; }

    /// <inheritdoc/>
    public IArtifacts Artifacts => this;

    /// <inheritdoc/>
    public IStepLocks Locks => this;

    /// <inheritdoc/>
    public string PathOf(string relative) => ArtifactPath.Combine(_directory, relative);

    /// <inheritdoc/>
    public void Write(string relative, Action<Stream> write) => Runtime.AtomicFile.Write(PathOf(relative), write);

    /// <inheritdoc/>
    public bool Exists(string relative) => File.Exists(PathOf(relative));

    /// <inheritdoc/>
    public void Delete(string relative)
    {
        if (Exists(relative))
        {
            File.Delete(PathOf(relative));
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string key)
    {
        lock (_held)
        {
            return _held.Add(key) ? new Held(this, key) : null;
        }
    }

    /// <summary>Deletes the files.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private sealed class Held(MemoryWorkspace workspace, string key) : IDisposable
    {
        public void Dispose()
        {
            lock (workspace._held)
            {
                workspace._held.Remove(key);
            }
        }
    }
}
