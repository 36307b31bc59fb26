using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Graft.Runtime;

namespace Graft.Data.Readers;

/// <summary>
/// The SHA-256 of each file of a folder. A file is read again unless the file system shows that it is the very one that was read before
/// (<see cref="FileIdentity"/>), much as git's index does
/// it: names, lengths and times alone can be equal by accident.
/// </summary>
internal static class ContentIndex
{
    private const int HashLength = 32;
    private const int ReportEvery = 500;
    private const string Form = "graft content index 1";

    // Within a tick of its clock the file system can give a change the time of the one before; so can one that stamps late. A file that changed just now is
    // not yet trusted.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>The hash of each file, lower-case hexadecimal, in the order of the files.</summary>
    /// <param name="root">The folder that the paths are relative to.</param>
    /// <param name="files">The files.</param>
    /// <param name="options">Where the index is kept, and who is told.</param>
    /// <param name="notes">Gets why the index could not be kept, where it could not: it is made again then.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="DataException">A file cannot be read.</exception>
    public static byte[][] Hash(string root, IReadOnlyList<string> files, DataOptions options, ICollection<string> notes, CancellationToken cancellation)
    {
        var path = PathOf(root, options);
        var known = Read(path);
        var now = options.TimeProvider.GetUtcNow();
        var settledAt = (now - Settled).ToUnixTimeMilliseconds() * 1_000_000;
        var hashes = new byte[files.Count][];
        var trusted = new FileIdentity?[files.Count];
        var done = 0;
        var read = 0;
        try
        {
            Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                var file = Path.Combine(root, files[i]);
                var identity = FileIdentity.TryOf(file);
                if (identity is { } found && known.TryGetValue(files[i], out var entry) && entry.Identity == found)
                {
                    hashes[i] = entry.Hash;
                    trusted[i] = found;
                }
                else
                {
                    hashes[i] = HashOf(file);
                    trusted[i] = identity is { } fresh && fresh.Changed < settledAt && FileIdentity.TryOf(file) == identity ? identity : null;
                    if (Interlocked.Increment(ref read) % ReportEvery == 0)
                    {
                        options.Progress?.Report(new DataProgress(DataActivity.Read, root, Volatile.Read(ref done), files.Count));
                    }
                }

                Interlocked.Increment(ref done);
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.OfType<DataException>().FirstOrDefault() is { } first)
        {
            throw first;
        }

        if (read > 0 && trusted.Any(identity => identity is not null))
        {
            KeptFile.Write(root, notes, () => Write(path, files, trusted, hashes));
        }

        return hashes;
    }

    /// <summary>A short name for a sequence of contents: the same for a copy of the folder elsewhere.</summary>
    public static string KeyOf(IEnumerable<byte[]> hashes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in hashes)
        {
            hash.AppendData(item);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static string PathOf(string root, DataOptions options)
    {
        var place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(root))));
        return Path.Combine(options.DataDirectory, "content", $"{place[..32]}.index");
    }

    private static byte[] HashOf(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return SHA256.HashData(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({exception.Message}).", exception);
        }
    }

    /// <summary>What is known of files, by path; nothing if the index is missing or damaged, since it can be made again.</summary>
    private static ConcurrentDictionary<string, (FileIdentity Identity, byte[] Hash)> Read(string path)
    {
        var known = new ConcurrentDictionary<string, (FileIdentity, byte[])>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return known;
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length < HashLength || !SHA256.HashData(bytes.AsSpan(HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
            {
                return known;
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, HashLength, bytes.Length - HashLength));
            if (reader.ReadString() != Form)
            {
                return known;
            }

            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var file = reader.ReadString();
                var identity = new FileIdentity(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
                known[file] = (identity, reader.ReadBytes(HashLength));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            known.Clear();
        }

        return known;
    }

    private static void Write(string path, IReadOnlyList<string> files, FileIdentity?[] trusted, byte[][] hashes)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Form);
            writer.Write(trusted.Count(identity => identity is not null));
            for (var i = 0; i < files.Count; i++)
            {
                if (trusted[i] is { } identity)
                {
                    writer.Write(files[i]);
                    foreach (var value in new[] { identity.Device, identity.Inode, identity.Length, identity.Modified, identity.Changed })
                    {
                        writer.Write(value);
                    }

                    writer.Write(hashes[i]);
                }
            }
        }

        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        var hash = SHA256.HashData(bytes.Span);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(hash);
            stream.Write(bytes.Span);
        });
    }
}
