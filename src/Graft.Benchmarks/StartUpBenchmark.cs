using System.Diagnostics;

namespace Graft.Benchmarks;

/// <summary>The time from the start of a program to its end.</summary>
/// <param name="start">The program and its arguments.</param>
/// <param name="time">The clock.</param>
public sealed class StartUpBenchmark(ProcessStartInfo start, TimeProvider time) : IBenchmark
{
    /// <inheritdoc/>
    public string Unit => "ms";

    /// <inheritdoc/>
    public double Run()
    {
        start.RedirectStandardOutput = true;
        long started = time.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return time.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
