using System.Text.Json.Serialization;

namespace Graft.Steps;

/// <summary>An operation at a place of a network.</summary>
/// <param name="Place">The place.</param>
/// <param name="Operation">The operation.</param>
internal sealed record OperationAt([property: JsonPropertyName("position")] Place Place, string Operation)
{
    /// <summary>Whether it is the teacher's own operation, unchanged. One of the teacher's operations that stands for a run is a change.</summary>
    [JsonIgnore]
    public bool IsOwn => Unchanged.Is(Place, Operation);
}

/// <summary>An operation that takes the place of the teacher's own, with its weights.</summary>
/// <param name="Place">The place.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Distillation">The key of the step that distilled it; null for operations that have nothing to learn.</param>
internal sealed record CandidateAt([property: JsonPropertyName("position")] Place Place, string Operation, string? Distillation);
