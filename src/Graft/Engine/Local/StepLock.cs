using Graft.Runtime;

namespace Graft.Engine.Local;

/// <summary>
/// The right to run a step, exclusive among all processes and threads that use the workspace. It is an exclusively opened file: when its process ends, however
/// it ends, the kernel closes the file and the lock is free. Dispose it to release it.
/// </summary>
/// <remarks>
/// Lock files are left behind, empty: were they deleted, one process could lock a file that another has just unlinked while a third creates and locks a new one
/// of the same name. On Linux and macOS the lock is <c>flock</c>; a file system without it (some network mounts) does not exclude anybody.
/// </remarks>
internal sealed class StepLock : IDisposable
{
    private readonly FileStream _file;

    private StepLock(FileStream file) => _file = file;

    /// <summary>Locks a file, creating it if needed; returns null where another process or thread has it.</summary>
    /// <exception cref="RunException">The file cannot be opened: read-only, no such directory, disk full.</exception>
    internal static StepLock? TryAcquire(string path)
    {
        try
        {
            return new StepLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e) when (StorageErrors.IsInUse(e))
        {
            return null;
        }
        catch (Exception e) when (StorageErrors.Covers(e))
        {
            throw StorageErrors.Translate(e, path);
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _file.Dispose();
}
