using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Measures;

namespace Graft.Steps;

/// <summary>Compares what the distilled candidates of one position answer, all pairs of them and of seeds. In fp32, as <see cref="PredictorStep"/>.</summary>
public sealed record SimilarityStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The position.</summary>
    public required int Position { get; init; }

    /// <summary>The candidates, in the order of rows and columns of the result.</summary>
    public required IReadOnlyList<SimilarityCandidate> Candidates { get; init; }

    /// <summary>What is looked at.</summary>
    public required PredictorRecipe Recipe { get; init; }

    /// <summary>The part of the training images that the looked-at ones are taken from.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "similarity";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"similarity of {Candidates.Count} candidates at {Position}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher, .. Candidates.Select(c => c.Distillation).OfType<string>()];
}
