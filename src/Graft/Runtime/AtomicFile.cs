namespace Graft.Runtime;

/// <summary>Writes files so that nothing half-written is ever found under their final name.</summary>
internal static class AtomicFile
{
    private const string TemporaryPattern = ".*.graft-tmp";

    /// <summary>
    /// Writes a file, or replaces one: to a temporary file in the same directory, flushed to disk and renamed. When anything fails, the temporary file is
    /// removed and the final name is left as it was.
    /// </summary>
    /// <param name="path">The file. Its directory is created where it does not exist.</param>
    /// <param name="write">Writes the content. The stream is closed by this method.</param>
    /// <exception cref="RunException">The disk is full, the directory is read-only, or another I/O error.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(path) ?? path;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.graft-tmp");
        StorageErrors.Guard(path, () =>
        {
            Directory.CreateDirectory(directory);
            WriteAndRename(temporary, path, write);
        });
    }

    /// <summary>
    /// Deletes the temporary files of processes that were killed, in <paramref name="directory"/> and below. A file that some process still holds, or that
    /// changed after <paramref name="before"/> (it may have been created just now and not be locked yet), stays.
    /// </summary>
    /// <exception cref="IOException">A leftover cannot be listed or deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">A leftover cannot be listed or deleted.</exception>
    internal static void RemoveLeftovers(string directory, DateTimeOffset before)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var path in Directory.EnumerateFiles(directory, TemporaryPattern, everything))
        {
            if (File.GetLastWriteTimeUtc(path) < before.UtcDateTime && IsAbandoned(path))
            {
                File.Delete(path);
            }
        }
    }

    private static void WriteAndRename(string temporary, string path, Action<Stream> write)
    {
        try
        {
            // FileShare.Delete allows to rename the file while it is open, so that it is never without the lock by which RemoveLeftovers knows a living writer.
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static bool IsAbandoned(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false; // renamed or removed a moment ago
        }
        catch (IOException e) when (StorageErrors.IsInUse(e))
        {
            return false;
        }
    }
}
