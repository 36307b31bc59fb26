namespace Graft.Engine.Slurm;

/// <summary>What a task asks Slurm for. What is left out is Slurm's default, or what <c>SBATCH_PARTITION</c> and its kin say.</summary>
public record SlurmResources
{
    /// <summary>The partition (<c>--partition</c>).</summary>
    public string? Partition { get; init; }

    /// <summary>What nodes must have (<c>--constraint</c>).</summary>
    public string? Constraint { get; init; }

    /// <summary>The node, or nodes (<c>--nodelist</c>).</summary>
    public string? Node { get; init; }

    /// <summary>The time limit (<c>--time</c>), e.g. <c>04:00:00</c>. Shortly before it a task saves a checkpoint and is queued again.</summary>
    public string? Time { get; init; }

    /// <summary>The memory (<c>--mem</c>), e.g. <c>16G</c>.</summary>
    public string? Memory { get; init; }

    /// <summary>Cores, and so threads (<c>--cpus-per-task</c>).</summary>
    public int? Cpus { get; init; }

    /// <summary>GPUs (<c>--gres=gpu:N</c>).</summary>
    public int? Gpus { get; init; }
}

/// <summary>How a cluster is asked for what steps need. See docs/cluster.md.</summary>
public sealed record SlurmProfile : SlurmResources
{
    /// <summary>Who pays (<c>--account</c>).</summary>
    public string? Account { get; init; }

    /// <summary>The most tasks of an array that run at once; null for no limit.</summary>
    public int? Throttle { get; init; }

    /// <summary>The most tasks of an array: the cluster's <c>MaxArraySize</c> less one.</summary>
    public int ArraySize { get; init; } = 1000;

    /// <summary>How many seconds before its time limit a task is told to save a checkpoint: more than an epoch's end, and a file, take.</summary>
    public int CheckpointSeconds { get; init; } = 120;

    /// <summary>More options of <c>sbatch</c>, each a line of its own: <c>--qos=long</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Lines of shell before the program: <c>module load …</c>.</summary>
    public string? Setup { get; init; }

    /// <summary>Where latencies are measured, with the node to itself; null for jobs that measure none. What it leaves out is as for other tasks.</summary>
    public SlurmResources? Latency { get; init; }

    /// <summary>
    /// Where the command is given again once all tasks have ended: a core and little time. What it leaves out is as for other tasks, but that it asks for no
    /// GPU.
    /// </summary>
    public SlurmResources? Next { get; init; }

    /// <summary>Threads of a task.</summary>
    internal int Threads(ThreadDemand demand) => For(demand).Cpus ?? 1;

    /// <summary>What tasks of that demand ask for.</summary>
    internal SlurmResources For(ThreadDemand demand) => demand == ThreadDemand.QuietMachine ? Over(Latency) : this;

    /// <summary>What giving the command again asks for.</summary>
    internal SlurmResources ForNext() => Over(Next) with { Gpus = Next?.Gpus };

    /// <summary>The place where latencies are measured, in words that stay the same whatever node asks: they are part of what is measured.</summary>
    /// <exception cref="ConfigurationException">The profile does not say it.</exception>
    public string LatencyPlace()
    {
        string[] words =
        [
            .. Latency is { Node: { } node } ? [$"node {node}"] : Array.Empty<string>(),
            .. Latency is { Constraint: { } constraint } ? [$"constraint {constraint}"] : Array.Empty<string>(),
            .. Latency is { Partition: { } partition } ? [$"partition {partition}"] : Array.Empty<string>(),
        ];
        return words.Length > 0
            ? $"Slurm {string.Join(", ", words)}"
            : throw new ConfigurationException(
                "the Slurm profile does not say where latencies are measured. Name it: 'latency: { node: NAME }', or a partition or constraint whose nodes are all alike."
            );
    }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">Some are wrong; all of them are named.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        Require(Throttle is not < 1, Invariant($"throttle is {Throttle}; it must be at least 1"));
        Require(ArraySize is >= 1 and <= 4_000_000, Invariant($"arraySize is {ArraySize}; it must be from 1 to 4000000"));
        Require(CheckpointSeconds is >= 1 and <= 65535, Invariant($"checkpointSeconds is {CheckpointSeconds}; it must be from 1 to 65535"));
        foreach (var (name, part) in new[] { ("", this), ("latency.", Latency), ("next.", Next) })
        {
            Require(part?.Cpus is not < 1, Invariant($"{name}cpus is {part?.Cpus}; it must be at least 1"));
            Require(part?.Gpus is not < 0, Invariant($"{name}gpus is {part?.Gpus}; it must be at least 0"));
        }

        foreach (string option in Options.Where(o => !o.StartsWith('-') || o.Contains('\n', StringComparison.Ordinal)))
        {
            Require(false, $"'{option}' is no option of sbatch; they begin with '-'");
        }

        if (faults.Count > 0)
        {
            throw new ConfigurationException($"the Slurm profile: {string.Join("; ", faults)}.");
        }

        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    private SlurmResources Over(SlurmResources? part) => new()
    {
        Partition = part?.Partition ?? Partition,
        Constraint = part?.Constraint ?? Constraint,
        Node = part?.Node ?? Node,
        Time = part?.Time ?? Time,
        Memory = part?.Memory ?? Memory,
        Cpus = part?.Cpus ?? Cpus,
        Gpus = part?.Gpus ?? Gpus,
    };
}
