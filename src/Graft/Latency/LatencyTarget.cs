using Graft.Runtime;

namespace Graft.Latency;

/// <summary>Where and how latencies were measured: those of another target say nothing about this one.</summary>
/// <param name="Machine">Processor, cores, memory and operating system in one line.</param>
/// <param name="Runtime">The runtime and its version, e.g. <c>ONNX Runtime 1.31.1</c>.</param>
/// <param name="BatchSize">Images a run.</param>
/// <param name="Threads">Threads that it computes with.</param>
public sealed record LatencyTarget(string Machine, string Runtime, int BatchSize, int Threads)
{
    /// <summary>In words, for messages and tables.</summary>
    public override string ToString() => Invariant($"{Machine}; {Runtime}, batch {BatchSize}, {Plural.Of(Threads, "thread")}");
}
