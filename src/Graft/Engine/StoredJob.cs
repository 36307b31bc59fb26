namespace Graft.Engine;

/// <summary>A job as the workspace has it: its plan, its document and the steps that it consists of.</summary>
internal sealed record StoredJob
{
    /// <summary>The identifier: a hash of the resolved plan and the data.</summary>
    public required string Id { get; init; }

    /// <summary>The kind of job, e.g. <c>study</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The resolved plan, as YAML.</summary>
    public required string Plan { get; init; }

    /// <summary>What its results are put together by, as JSON.</summary>
    public required string Document { get; init; }

    /// <summary>The keys of its steps, in its order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>When it was first saved (UTC).</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last saved (UTC).</summary>
    public required DateTimeOffset Updated { get; init; }
}
