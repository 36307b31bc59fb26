using System.Text.Json.Serialization;
using Graft.Training;

namespace Graft.Steps;

/// <summary>Distils one candidate at one position from the teacher. Steps of one <see cref="Group"/> share the teacher's passes.</summary>
public sealed record DistillationStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The position.</summary>
    public required int Position { get; init; }

    /// <summary>The candidate operation.</summary>
    public required string Operation { get; init; }

    /// <summary>How it is distilled.</summary>
    public required DistillationRecipe Recipe { get; init; }

    /// <summary>Decides the candidate's initial values.</summary>
    public required int Seed { get; init; }

    /// <summary>Decides order and augmentation of the images: shared by all candidates, so that they can share the teacher's passes.</summary>
    public required int OrderSeed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>Equal for steps that see the same images in the same order through the same teacher.</summary>
    [JsonIgnore]
    public (string, DistillationRecipe, int, HeldOutPart) Group => (Teacher, Recipe, OrderSeed, HeldOut);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "distillation";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"distil {Operation} at {Position}, seed {Seed}";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher];
}
