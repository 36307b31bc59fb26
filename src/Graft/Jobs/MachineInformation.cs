using System.Reflection;
using System.Runtime.InteropServices;
using Graft.Engine;
using Graft.Operations.Kernels;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Jobs;

/// <summary>The machine and the versions, for the record.</summary>
internal static class MachineInformation
{
    /// <summary>Reads them.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    public static RunEnvironment Read(string device) => new()
    {
        Machine = string.Join(
            ", ",
            Processor.Name,
            Invariant($"{Environment.ProcessorCount} cores"),
            Invariant($"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB"),
            RuntimeInformation.OSDescription
        ),
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [".NET"] = Environment.Version.ToString(),
            ["graft"] = VersionOf(typeof(MachineInformation)),
            ["libtorch"] = __version__,
            ["TorchSharp"] = VersionOf(typeof(TorchSharp.torch)),
        },
        Device = device,
        Float32Convolutions = BFloat16SelfCheck.Here.Wrong is { Count: > 0 } wrong ? wrong : null,
    };

    private static string VersionOf(Type type)
    {
        var assembly = type.Assembly;
        return assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version!.ToString();
    }
}
