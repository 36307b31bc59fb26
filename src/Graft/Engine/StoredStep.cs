namespace Graft.Engine;

/// <summary>
/// A step as the workspace has it: its specification, how its attempts went, and, when done, the result. Of all that only the result is a pure function of the
/// specification.
/// </summary>
public sealed record StoredStep
{
    /// <summary>The hash of the specification.</summary>
    public required string Key { get; init; }

    /// <summary>The kind of step, e.g. <c>teacher</c> or <c>trial</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The specification, as JSON.</summary>
    public required string Specification { get; init; }

    /// <summary>Where the step is.</summary>
    public required StepState State { get; init; }

    /// <summary>The result, as JSON; null unless the step is done.</summary>
    public string? Result { get; init; }

    /// <summary>Why the step failed; null unless it did.</summary>
    public string? Error { get; init; }

    /// <summary>What the last attempt ran on (machine, threads, versions), as JSON; null before the first.</summary>
    public string? Environment { get; init; }

    /// <summary>When the first attempt began (UTC).</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When the step was done or failed (UTC); null otherwise.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Active time in seconds, summed over the attempts that ended. An attempt whose process was killed adds nothing.</summary>
    public double Seconds { get; init; }

    /// <summary>How many times the step was started.</summary>
    public int Attempts { get; init; }

    /// <summary>Who runs it, or ran it last: machine and process; null before the first attempt, and for steps of versions that did not record it.</summary>
    public string? Holder { get; init; }

    /// <summary>The last sign of life of the attempt that runs (UTC); null where none does.</summary>
    public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>The part that was done at <see cref="Heartbeat"/>, in [0, 1].</summary>
    public double Fraction { get; init; }

    /// <summary>The sequence number of its last change, which grows with every change of the record.</summary>
    public long Sequence { get; init; }
}
