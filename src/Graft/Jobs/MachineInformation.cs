using System.Reflection;
using System.Runtime.InteropServices;
using Graft.Engine;
using static TorchSharp.torch;

namespace Graft.Jobs;

/// <summary>The machine and the versions, for the record.</summary>
public static class MachineInformation
{
    /// <summary>Reads them.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    public static RunEnvironment Read(string device) => new()
    {
        Machine = Invariant($"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, {RuntimeInformation.OSDescription}"),
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["graft"] = VersionOf(typeof(MachineInformation)),
            ["libtorch"] = __version__,
            ["TorchSharp"] = VersionOf(typeof(TorchSharp.torch)),
        },
        Device = device,
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
