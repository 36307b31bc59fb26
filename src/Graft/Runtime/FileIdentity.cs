using System.Runtime.InteropServices;

namespace Graft.Runtime;

/// <summary>
/// What the file system knows of a file that changes with its content: device, inode, length, and the times of the last change of content and of anything at
/// all, in nanoseconds. Programs can
/// set the first of these times at will, but the second only the system sets: equal identities, apart from changes within one tick of its clock, are equal
/// content.
/// </summary>
internal readonly partial record struct FileIdentity(long Device, long Inode, long Length, long Modified, long Changed)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int Folder = 0x4000, RegularFile = 0x8000; // S_IFDIR, S_IFREG
    private const uint BasicStatistics = 0x7FF; // STATX_BASIC_STATS

    /// <summary>The identity of a file, links followed; null where there is no such file or the system does not tell (all but Linux).</summary>
    public static FileIdentity? TryOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return Native.Statx(CurrentDirectory, path, 0, BasicStatistics, out var status) == 0
                ? new(status.Device, (long)status.Inode, (long)status.Size, status.Modified.Nanoseconds, status.Changed.Nanoseconds)
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library that is older than the call
        }
    }

    /// <summary>Whether a path names a pipe, socket or device, which a program that reads it waits for; false where the system does not tell.</summary>
    public static bool IsSpecial(string path) =>
        OperatingSystem.IsLinux()
        && Native.Statx(CurrentDirectory, path, 0, BasicStatistics, out var status) == 0
        && status.Kind is not (RegularFile or Folder);

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Statx(int directory, string path, int flags, uint mask, out Status status);
    }

    /// <summary>A time of <c>struct statx</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        public long Nanoseconds => (_seconds * 1_000_000_000) + _nanoseconds;
    }

    /// <summary><c>struct statx</c> of Linux, of one layout on all processors.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Status
    {
        [FieldOffset(28)]
        private readonly ushort _mode; // kind and rights

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly ulong Size;

        [FieldOffset(96)]
        public readonly Time Changed;

        [FieldOffset(112)]
        public readonly Time Modified;

        [FieldOffset(136)]
        public readonly long Device; // major and minor number

        public int Kind => _mode & 0xF000; // S_IFMT
    }
}
