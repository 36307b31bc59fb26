using System.Formats.Tar;
using System.IO.Compression;

namespace Graft.Data.Download;

/// <summary>Unpacks .tar.gz archives that nobody has to trust: files and directories only, none outside the target, within limits.</summary>
internal static class ArchiveExtraction
{
    private const int MaxEntries = 1_000;

    /// <summary>Unpacks an archive into an existing, empty directory.</summary>
    /// <param name="archive">The .tar.gz file.</param>
    /// <param name="target">The directory.</param>
    /// <param name="maxBytes">The most bytes that all files together may have.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellation">Ends the work between two files.</param>
    /// <exception cref="DataException">The archive is damaged, or holds something that is refused.</exception>
    public static void Extract(string archive, string target, long maxBytes, Action<long>? progress, CancellationToken cancellation)
    {
        try
        {
            using var content = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
            using var tar = new TarReader(content);
            long written = 0;
            var entries = 0;
            while (tar.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                if (++entries > MaxEntries)
                {
                    throw new DataException(Invariant($"{archive}: more than {MaxEntries:N0} entries; nothing was unpacked."));
                }

                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                {
                    continue; // comments on the archive as a whole
                }

                var path = PathOf(archive, entry, target);
                if (entry.EntryType is TarEntryType.Directory)
                {
                    Directory.CreateDirectory(path);
                    continue;
                }

                if (entry.Length > maxBytes - written)
                {
                    throw new DataException(
                        Invariant(
                            $"{archive}: '{entry.Name}' makes the content {written + entry.Length:N0} bytes, at most {maxBytes:N0} are expected; nothing was unpacked."
                        )
                    );
                }

                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                entry.DataStream?.CopyTo(file);
                file.Flush(flushToDisk: true);
                written += entry.Length;
                progress?.Invoke(written);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{archive}: not a sound .tar.gz archive ({exception.Message}); get it again.", exception);
        }
    }

    private static string PathOf(string archive, TarEntry entry, string target)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory))
        {
            throw new DataException($"{archive}: '{entry.Name}' is a {entry.EntryType}, only files and directories are unpacked; nothing was unpacked.");
        }

        // Backslashes and colons are harmless here but not on Windows; no data set needs them.
        var parts = entry.Name.Split('/');
        var root = Path.GetFullPath(target);
        var path = Path.GetFullPath(Path.Combine(root, entry.Name));
        var inside = path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return inside && !Path.IsPathRooted(entry.Name) && !parts.Contains("..") && entry.Name.IndexOfAny(['\\', ':', '\0']) < 0
            ? path
            : throw new DataException($"{archive}: '{entry.Name}' leads out of the archive's directory; nothing was unpacked.");
    }
}
