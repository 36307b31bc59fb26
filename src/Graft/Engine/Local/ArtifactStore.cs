using Graft.Runtime;

namespace Graft.Engine.Local;

/// <summary>The files of a workspace: weights, checkpoints. They are named by paths relative to <c>artifacts/</c>, with forward slashes.</summary>
public sealed class ArtifactStore
{
    private static readonly char[] Forbidden = [.. Path.GetInvalidFileNameChars(), '\\', ':'];

    private readonly string _root;

    internal ArtifactStore(string root) => _root = root;

    /// <summary>The absolute path of an artifact, whether it exists or not.</summary>
    /// <param name="relative">E.g. <c>teacher/3f9c.safetensors</c>.</param>
    /// <exception cref="ArgumentException">The path is absolute, leads outside, or cannot be a file's name on every operating system.</exception>
    public string PathOf(string relative)
    {
        var segments = relative.Split('/');
        if (!segments.All(IsName))
        {
            throw new ArgumentException($"'{relative}' is no relative path of an artifact: names joined by '/', none of them empty, '.' or '..'.", nameof(relative));
        }

        return Path.Combine([_root, .. segments]);
    }

    /// <summary>Writes an artifact, or replaces one, and creates its directory. Nothing half-written is found under its name (see <see cref="AtomicFile"/>).</summary>
    /// <param name="relative">The artifact, as for <see cref="PathOf"/>.</param>
    /// <param name="write">Writes the content. The stream is closed by this method.</param>
    /// <exception cref="ArgumentException">The path leads outside.</exception>
    /// <exception cref="RunException">The disk is full or read-only, or another I/O error.</exception>
    public void Write(string relative, Action<Stream> write) => AtomicFile.Write(PathOf(relative), write);

    /// <summary>Whether the artifact exists.</summary>
    /// <exception cref="ArgumentException">The path leads outside.</exception>
    public bool Exists(string relative) => File.Exists(PathOf(relative));

    /// <summary>Deletes an artifact; does nothing if it does not exist.</summary>
    /// <exception cref="ArgumentException">The path leads outside.</exception>
    /// <exception cref="RunException">It cannot be deleted.</exception>
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

    private static bool IsName(string segment) => segment is not ("" or "." or "..") && segment.IndexOfAny(Forbidden) < 0;
}
