using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Operations;

namespace Graft.Steps;

/// <summary>A step about a network and a data set.</summary>
internal abstract record NetworkStep : Step
{
    /// <param name="kind">The name of its kind.</param>
    /// <param name="revision">The kind's revision.</param>
    protected NetworkStep(string kind, int revision)
        : base(kind, revision)
    {
    }

    /// <summary>The data set's fingerprint.</summary>
    [JsonPropertyOrder(1)]
    public required string Data { get; init; }

    /// <summary>The network's name.</summary>
    [JsonPropertyOrder(1)]
    public required string Network { get; init; }

    /// <summary>The type of number that convolutions compute with.</summary>
    [JsonPropertyOrder(1)]
    public required Precision Precision { get; init; }

    /// <summary>
    /// What tells the code of its operations from other code under the same names: a revision of a family, or the identity of an assembly outside of Graft;
    /// null where all are Graft's own of the first revision.
    /// </summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperationRevision
    {
        get => field ?? OperationCatalog.Default.RevisionOf(OperationNames);
        init;
    }

    /// <inheritdoc/>
    internal override bool IsOfOtherCode => OperationRevision != OperationCatalog.Default.RevisionOf(OperationNames);

    /// <summary>The names of the operations that the step runs.</summary>
    protected virtual IEnumerable<string> OperationNames => [];
}
