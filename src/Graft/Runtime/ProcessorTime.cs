namespace Graft.Runtime;

/// <summary>
/// A clock that goes on while the process computes, and stands while other programs have the processor: for what is interrupted the more often, the longer it
/// takes. The time of several threads adds up.
/// </summary>
internal sealed class ProcessorTime : TimeProvider
{
    /// <summary>Whether it counts finely enough for single calls: Windows counts in steps of 1/64 s.</summary>
    public static bool IsFine => !OperatingSystem.IsWindows();

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Environment.CpuUsage.TotalTime.Ticks;
}
