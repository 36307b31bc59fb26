using System.Text.Json.Serialization;
using YamlDotNet.Serialization;

namespace Graft.Latency;

/// <summary>
/// How latencies are measured. Models are measured in rounds, each once a round in an order by chance and until its own interval is narrow, so that what drifts
/// (clock, load) within those rounds hits all alike. Rounds are apart, so that a moment in which the machine is slow hits some of them only.
/// </summary>
public sealed record LatencyProtocol
{
    private const double DefaultRoundSeconds = 2.5;

    /// <summary>Images a run.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int BatchSize { get; init; } = 1;

    /// <summary>Threads that ONNX Runtime computes with.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Threads { get; init; } = 1;

    /// <summary>Runs of a model that was loaded just now before the clock starts, at the most: no more once it ran for 10 ms and twice.</summary>
    /// <value>Default: <c>5</c>.</value>
    public int WarmUpRuns { get; init; } = 5;

    /// <summary>Rounds at the least; six give the first 95 % interval of a median.</summary>
    /// <value>Default: <c>9</c>.</value>
    public int MinRounds { get; init; } = 9;

    /// <summary>Rounds at the most.</summary>
    /// <value>Default: <c>41</c>.</value>
    public int MaxRounds { get; init; } = 41;

    /// <summary>
    /// Seconds from the beginning of a round to that of the next, at the least: rounds that follow at once lie within a second or two, and medians say what the
    /// machine was like then. Null for 2.5, and left out of a plan's text and of what it identifies, as it was before there were pauses.
    /// </summary>
    /// <value>Default: <c>null</c>.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public double? RoundSeconds { get; init => field = value == DefaultRoundSeconds ? null : value; }

    /// <summary>A model is done when the 95 % confidence interval of its median is within this part of it on either side.</summary>
    /// <value>Default: <c>0.03</c>.</value>
    public double Precision { get; init; } = 0.03;

    /// <summary><see cref="RoundSeconds"/>, or its default.</summary>
    internal TimeSpan RoundDuration => TimeSpan.FromSeconds(RoundSeconds ?? DefaultRoundSeconds);

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (BatchSize is < 1 or > 4096)
        {
            yield return Invariant($"{section}.batchSize is {BatchSize}; it must be from 1 to 4096.");
        }

        if (Threads is < 1 or > 1024)
        {
            yield return Invariant($"{section}.threads is {Threads}; it must be from 1 to 1024.");
        }

        if (WarmUpRuns is < 0 or > 10_000)
        {
            yield return Invariant($"{section}.warmUpRuns is {WarmUpRuns}; it must be from 0 to 10000.");
        }

        if (MinRounds < 6 || MaxRounds < MinRounds || MaxRounds > 100_000)
        {
            yield return Invariant(
                $"{section}.minRounds is {MinRounds} and maxRounds {MaxRounds}; the first must be at least 6, the second at least the first."
            );
        }

        if (RoundSeconds is not (null or (>= 0 and <= 3600)))
        {
            yield return Invariant($"{section}.roundSeconds is {RoundSeconds}; it must be from 0 (rounds follow at once) to 3600.");
        }

        if (Precision is not (> 0 and < 1))
        {
            yield return Invariant($"{section}.precision is {Precision}; it must be above 0, below 1 (0.03: the median is known to within 3 %).");
        }
    }
}
