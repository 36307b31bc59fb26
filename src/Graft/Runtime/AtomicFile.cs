using System.Text;

namespace Graft.Runtime;

/// <summary>Writes files so that nothing half-written is ever found under their final name.</summary>
internal static class AtomicFile
{
    private const string TemporaryEnding = ".graft-tmp", TemporaryPattern = $".*{TemporaryEnding}";

    // File systems take names of 255 bytes; what is put around a name has 44.
    private const int MostBytesOfName = 200;

    /// <summary>
    /// Writes a file, or replaces one: to a temporary file in the same directory, flushed to disk and renamed. When anything fails, the temporary file is
    /// removed and the final name is left as it was. Where the name is a symbolic link, what it leads to is written and the link stays.
    /// </summary>
    /// <param name="path">The file. Its directory is created where it does not exist.</param>
    /// <param name="write">Writes the content. The stream is closed by this method.</param>
    /// <exception cref="RunException">The disk is full, the directory is read-only, or another I/O error.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        StorageErrors.Guard(path, () =>
        {
            string target = TargetOf(path);
            string directory = Path.GetDirectoryName(target) ?? target;
            Directory.CreateDirectory(directory);
            WriteAndRename(Path.Combine(directory, $".{Shortened(Path.GetFileName(target))}.{Guid.NewGuid():N}{TemporaryEnding}"), target, write);
        });
    }

    /// <summary>The file that is written where <paramref name="path"/> is: what a symbolic link leads to, be it there or not, else the path itself.</summary>
    /// <exception cref="IOException">Links lead in a circle, or what is there is a pipe, socket or device, which a file must not replace.</exception>
    internal static string TargetOf(string path)
    {
        // A special file is told first: links below /proc lead to pipes that have no name.
        return RegularFile.FaultOf(path) is { } fault
            ? throw new IOException(fault)
            : new FileInfo(path) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target
                ? target.FullName
                : path;
    }

    /// <summary>Whether a file is one that <see cref="Write"/> has not finished, or never will.</summary>
    internal static bool IsTemporary(string path) => path.EndsWith(TemporaryEnding, StringComparison.Ordinal);

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

    private static string Shortened(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        int length = Math.Min(bytes.Length, MostBytesOfName);
        while (length < bytes.Length && (bytes[length] & 0xC0) == 0x80)
        {
            length--; // not within a character
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
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
