using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Measures;

namespace Graft.Steps;

/// <summary>
/// Measures the predictors of one distilled candidate at one position. <see cref="Step.Precision"/> is fp32: what is compared are numbers that bf16 would blur.
/// </summary>
public sealed record PredictorStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The position.</summary>
    public required int Position { get; init; }

    /// <summary>The candidate operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The key of the step that distilled it; null for operations that have nothing to learn.</summary>
    public required string? Distillation { get; init; }

    /// <summary>What is looked at.</summary>
    public required PredictorRecipe Recipe { get; init; }

    /// <summary>The part of the training images that the looked-at ones are taken from.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "predictors";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"predictors of {Operation} at {Position}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Distillation is null ? [Teacher] : [Teacher, Distillation];
}
