using Graft.Runtime;

namespace Graft.Engine;

/// <summary>The files of a workspace: weights, checkpoints. They are named by paths relative to <c>artifacts/</c>, with forward slashes.</summary>
internal sealed class ArtifactStore : IArtifacts
{
    private readonly string _root;

    internal ArtifactStore(string root) => _root = root;

    /// <inheritdoc/>
    public string PathOf(string relative) => ArtifactPath.Combine(_root, relative);

    /// <inheritdoc/>
    public void Write(string relative, Action<Stream> write) => AtomicFile.Write(PathOf(relative), write);

    /// <inheritdoc/>
    public bool Exists(string relative) => File.Exists(PathOf(relative));

    /// <inheritdoc/>
    public void Delete(string relative)
    {
        var path = PathOf(relative);
        if (File.Exists(path)) // File.Delete minds a missing directory
        {
            StorageErrors.Guard(path, () => File.Delete(path));
        }
    }

    /// <summary>Deletes what killed processes left half-written before the given time.</summary>
    /// <exception cref="RunException">A leftover cannot be deleted.</exception>
    internal void RemoveLeftovers(DateTimeOffset before) => StorageErrors.Guard(_root, () => AtomicFile.RemoveLeftovers(_root, before));
}
