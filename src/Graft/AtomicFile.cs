namespace Graft;

/// <summary>Writes files that are either complete or not there at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary file in the same directory, flushes it to disk and renames it over <paramref name="path"/>. Creates the directory.</summary>
    /// <param name="path">The final name; a file of that name is replaced.</param>
    /// <param name="write">Writes the content; if it throws, nothing is left behind.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary); // does nothing after the rename
        }
    }
}
