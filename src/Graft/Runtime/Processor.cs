using System.Runtime.InteropServices;

namespace Graft.Runtime;

/// <summary>The processor at hand.</summary>
internal static class Processor
{
    private const string Model = "model name";

    /// <summary>Its model where the system tells it, e.g. <c>AMD EPYC 9355</c>; else its architecture, e.g. <c>Arm64</c>.</summary>
    public static string Name { get; } =
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Model, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
}
