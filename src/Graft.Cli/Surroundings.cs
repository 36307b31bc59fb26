using System.Reflection;
using System.Runtime.InteropServices;
using Graft.Engine;
using static TorchSharp.torch;

namespace Graft.Cli;

/// <summary>What the library does not look at by itself: the machine, versions, directories of the user.</summary>
internal static class Surroundings
{
    /// <summary>Where downloaded data sets are kept: $GRAFT_DATA, or <c>graft/data</c> in the user's directory for application data.</summary>
    public static string DataDirectory => Environment.GetEnvironmentVariable("GRAFT_DATA") is { Length: > 0 } given
        ? given
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "graft", "data");

    /// <summary>Assemblies with operations of the user's own, as $GRAFT_OPERATIONS lists them (separated like $PATH). Workers inherit it.</summary>
    public static IReadOnlyList<string> OwnOperations =>
        (Environment.GetEnvironmentVariable("GRAFT_OPERATIONS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The machine and the versions, for the record.</summary>
    public static RunEnvironment Read(string device) => new()
    {
        Machine = Invariant($"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, {RuntimeInformation.OSDescription}"),
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["graft"] = VersionOf(typeof(Surroundings)),
            ["libtorch"] = __version__,
            ["TorchSharp"] = VersionOf(typeof(TorchSharp.torch)),
        },
        Device = device,
    };

    /// <summary>Resolves <c>auto</c>, <c>cpu</c> or <c>cuda</c> to the device that is used.</summary>
    /// <exception cref="ConfigurationException">It is another word, or there is no GPU.</exception>
    public static string ResolveDevice(string name) => name switch
    {
        "cpu" => "cpu",
        "auto" => cuda.is_available() ? "cuda" : "cpu",
        "cuda" => cuda.is_available()
            ? "cuda"
            : throw new ConfigurationException("no GPU that CUDA can use was found; build with -p:TorchBackend=cuda where there is one, or use --device cpu."),
        _ => throw new ConfigurationException($"--device is '{name}'; it must be auto, cpu or cuda."),
    };

    private static string VersionOf(Type type)
    {
        var assembly = type.Assembly;
        return assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version!.ToString();
    }

    private static string Processor()
    {
        const string Model = "model name";
        return File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Model, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
    }
}
