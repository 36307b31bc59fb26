using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Training;

namespace Graft.Steps;

/// <summary>
/// Trains a teacher on with one operation swapped, and tests it. The unchanged network trained on for as long is the same step at any position
/// (<see cref="Position"/> 0), so it runs once for all of them.
/// </summary>
public sealed record TrialStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The position; 0 where nothing is swapped.</summary>
    public required int Position { get; init; }

    /// <summary>The operation that is put there.</summary>
    public required string Operation { get; init; }

    /// <summary>The key of the step that distilled the operation; null for operations that have nothing to learn.</summary>
    public required string? Distillation { get; init; }

    /// <summary>How the network is trained on.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Decides order and augmentation of the images.</summary>
    public required int Seed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "trial";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Position == 0
        ? Invariant($"{Operation}, {EpochsText(Epochs)}, seed {Seed}")
        : Invariant($"{Operation} at {Position}, {EpochsText(Epochs)}, seed {Seed}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Distillation is null ? [Teacher] : [Teacher, Distillation];
}
