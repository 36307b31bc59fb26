using Graft.Analysis;

namespace Graft.Latency;

/// <summary>The latency of one model.</summary>
public sealed record LatencyEntry
{
    /// <summary>The name of the model that computes nothing: what it takes is the cost of calling the runtime.</summary>
    internal const string CallName = "a call of the runtime";

    /// <summary>What was measured, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Milliseconds of each round so far.</summary>
    public IReadOnlyList<double> SamplesMs { get; init; } = [];

    /// <summary>Whether the measurement is finished.</summary>
    public bool IsDone { get; init; }

    /// <summary>The entry as it would be where all takes so many times as long.</summary>
    internal LatencyEntry Scaled(double factor) => this with { SamplesMs = [.. SamplesMs.Select(ms => factor * ms)] };

    /// <summary>The median and its 95 % confidence interval in milliseconds; null while there are too few rounds.</summary>
    public MedianInterval? Interval() => MedianInterval.Of(SamplesMs);
}
