using System.Diagnostics;

namespace Graft.Benchmarks;

/// <summary>The most memory that a process takes for its work.</summary>
/// <param name="start">The program, as for <see cref="ProcessBenchmark"/>.</param>
public sealed class PeakMemoryBenchmark(ProcessStartInfo start) : IBenchmark
{
    /// <inheritdoc/>
    public string Unit => "MB";

    /// <inheritdoc/>
    public double Run()
    {
        using var process = new ProcessBenchmark(start);
        process.Run();
        return process.PeakMemoryBytes / 1e6;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
