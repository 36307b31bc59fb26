using System.Runtime.InteropServices;

namespace Graft.Runtime;

/// <summary>Settings of native libraries that a program makes once, before it computes anything.</summary>
public static partial class NativeRuntime
{
    // As GRAFT001 says it when a program is built (build/Graft.targets).
    private const string TorchPackages = "A program that uses Graft needs the package of its platform: libtorch-cpu-linux-x64, libtorch-cpu-win-x64, "
        + "libtorch-cpu-osx-arm64 (version 2.10.0), or TorchSharp-cpu for all of them, or TorchSharp-cuda-linux, TorchSharp-cuda-windows for a GPU.";

    // libtorch, and TorchSharp's own library, which stands on it.
    private static readonly string[] TorchLibraries = OperatingSystem.IsWindows() ? ["torch_cpu.dll", "LibTorchSharp.dll"]
        : OperatingSystem.IsMacOS() ? ["libtorch_cpu.dylib", "libLibTorchSharp.dylib"]
        : ["libtorch_cpu.so", "libLibTorchSharp.so"];

    private const int TrimThreshold = -1, TopPad = -2, MaxMappings = -4, MaxArenas = -8; // malloc.h

    /// <summary>
    /// To be called before libtorch is loaded. Lets glibc's allocator keep memory instead of giving it back and faulting it in again at every training step:
    /// without it a step of WRN-40-2 takes up to twice as long, and its time is bistable. Lets OpenMP's threads sleep while they wait for one another instead
    /// of spinning: where something else needs a core, spinning makes a step up to ten times as long. Does nothing where there is no glibc.
    /// </summary>
    public static void Tune()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        _ = setenv("OMP_WAIT_POLICY", "passive", overwrite: 0); // the user's own choice stands
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

    /// <summary>Loads libtorch.</summary>
    /// <exception cref="ConfigurationException">No package of the program brings it, or it cannot be loaded.</exception>
    internal static void RequireTorch() => RequireTorch(() => _ = TorchSharp.torch.get_num_threads());

    /// <summary>The same, with what loads it.</summary>
    internal static void RequireTorch(Action load)
    {
        try
        {
            load();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException or NotSupportedException)
        {
            string why = e.GetBaseException().Message.Trim().Split('\n', 2)[0].Trim();
            throw new ConfigurationException(
                WhatIsInTheWay() is { } other
                    ? $"libtorch is here, but cannot be loaded: {other}. The targets of the package Graft mend what TorchSharp asks too much for; a program that refers to Graft's project imports build/Graft.targets."
                    : $"libtorch cannot be loaded. {TorchPackages} (TorchSharp says: {why})",
                e);
        }
    }

    // TorchSharp's own library is here, and so is libtorch: why the system does not load them. Null where one is not here, or they can be loaded.
    private static string? WhatIsInTheWay()
    {
        string[] folders =
        [
            AppContext.BaseDirectory,
            .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        ];
        string[] found = [.. TorchLibraries.Select(name => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)).OfType<string>()];
        if (found.Length < TorchLibraries.Length)
        {
            return null;
        }

        try
        {
            Array.ForEach(found, file => NativeLibrary.Load(file));
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message.Trim().Split('\n', 2)[0].Trim().TrimEnd('.');
        }
    }

    /// <summary>
    /// Gives memory that is free back to the system, which <see cref="Tune"/> keeps the allocator from: to be called between trainings, as networks of other
    /// shapes leave holes that the next one cannot use.
    /// </summary>
    internal static void ReturnFreeMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl
        }
    }

    /// <summary>
    /// Turns NNPACK off. On processors that it does not support libtorch writes a warning for every small fp32 convolution, and oneDNN computes it anyway.
    /// </summary>
    internal static void DisableNnpack()
    {
        try
        {
            SetUserEnabledNnpack(GlobalContext(), false);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // another libtorch, that names these functions in another way: the warnings stay
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetUserEnabledNnpack(nint context, [MarshalAs(UnmanagedType.U1)] bool enabled);
}
