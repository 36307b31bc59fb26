using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Graft.Runtime;

/// <summary>
/// The stack on which a thread's signals are handled. .NET gives each thread one of 16 kB on Linux and turns segmentation faults that it handles there into
/// <see cref="NullReferenceException"/>s. Once a thread has computed with AMX, its signal frames hold the tile registers (8 kB) beside those of AVX-512
/// (2.7 kB), twice with the copy that .NET makes: the handler runs over the end, and a null reference ends the process without a word.
/// </summary>
internal static partial class SignalStack
{
    /// <summary>The room that a thread gets, in bytes.</summary>
    public const int Size = 128 << 10;

    private const int ReadWrite = 0x3, PrivateAnonymousStack = 0x20022; // mmap, on Linux for x64
    private const int Disabled = 2; // SS_DISABLE

    [ThreadStatic]
    private static Memory? _ofThisThread; // while the thread lives

    /// <summary>Gives the calling thread a larger one, the first time. Does nothing where none is needed.</summary>
    public static void Enlarge()
    {
        if (_ofThisThread is null && OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            _ofThisThread = new();
        }
    }

    /// <summary>How much room the calling thread has, in bytes; 0 where it has no stack of its own for signals.</summary>
    public static long OfThisThread() => Current() is { Flags: not Disabled } stack ? (long)stack.Size : 0;

    private static Description? Current() => sigaltstack(in Unsafe.NullRef<Description>(), out var current) == 0 ? current : null;

    [LibraryImport("libc")]
    private static partial int sigaltstack(in Description next, out Description previous);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Description(nint Start, int Flags, nuint Size); // stack_t

    // Given back after the thread has ended: it is the thread's own field that holds it.
    private sealed class Memory : SafeHandle
    {
        public Memory()
            : base(-1, ownsHandle: true)
        {
            if (Current() is not { Flags: not Disabled, Size: < Size })
            {
                return;
            }

            SetHandle(mmap(0, Size, ReadWrite, PrivateAnonymousStack, -1, 0));
            if (!IsInvalid)
            {
                _ = sigaltstack(new Description(handle, 0, Size), out _);
            }
        }

        public override bool IsInvalid => handle == -1;

        protected override bool ReleaseHandle() => munmap(handle, Size) == 0;
    }
}
