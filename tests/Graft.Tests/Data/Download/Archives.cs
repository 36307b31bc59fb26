using System.Formats.Tar;

namespace Graft.Tests.Data.Download;

/// <summary>Makes .tar.gz archives, sound and malicious.</summary>
internal static class Archives
{
    public static TarEntry File(string name, int length = 3, byte value = 7) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Enumerable.Repeat(value, length).ToArray()) };

    public static TarEntry Folder(string name) => new PaxTarEntry(TarEntryType.Directory, name);

    public static TarEntry Link(TarEntryType type, string name, string target) => new PaxTarEntry(type, name) { LinkName = target };

    public static byte[] Of(params IEnumerable<TarEntry> entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return TemporaryDirectory.Gzip(tar.ToArray());
    }
}
