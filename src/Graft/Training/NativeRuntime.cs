using System.Runtime.InteropServices;

namespace Graft.Training;

/// <summary>Settings of native libraries that a program makes once, before it computes anything.</summary>
public static partial class NativeRuntime
{
    private const int TrimThreshold = -1, TopPad = -2, MaxMappings = -4, MaxArenas = -8; // malloc.h

    /// <summary>
    /// Lets glibc's allocator keep memory instead of giving it back and faulting it in again at every training step: without it a step of WRN-40-2 takes up to
    /// twice as long, and its time is bistable. Does nothing where there is no glibc.
    /// </summary>
    public static void TuneAllocator()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = mallopt(MaxArenas, 1);
            _ = mallopt(MaxMappings, 0);
            _ = mallopt(TrimThreshold, -1);
            _ = mallopt(TopPad, 512 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has an allocator of its own
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
