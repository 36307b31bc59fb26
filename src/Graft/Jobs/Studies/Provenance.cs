namespace Graft.Jobs.Studies;

/// <summary>How a study's numbers came about. None of it decides a result's key, but all of it is needed to repeat one.</summary>
public sealed record Provenance
{
    /// <summary>The resolved plan as YAML: every number that was used.</summary>
    public required string Plan { get; init; }

    /// <summary>The data set's fingerprint (SHA-256).</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Versions by name: graft, .NET, TorchSharp, libtorch.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Processor, cores, memory and operating system in one line.</summary>
    public required string Machine { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary><c>fp32</c> or <c>bf16</c>: the type of convolutions.</summary>
    public required string Precision { get; init; }

    /// <summary>Processes that ran trials side by side.</summary>
    public required int Workers { get; init; }

    /// <summary>Threads of each of these processes.</summary>
    public required int ThreadsPerWorker { get; init; }

    /// <summary>When the study was first started (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the last of its steps ended (UTC); null while some are left.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Sum of the time of all its steps, whoever ran them.</summary>
    public required double StepSeconds { get; init; }
}
