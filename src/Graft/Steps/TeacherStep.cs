using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Training;

namespace Graft.Steps;

/// <summary>Trains a network from scratch.</summary>
public sealed record TeacherStep : Step
{
    /// <summary>How it is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Decides initial values, order and augmentation.</summary>
    public required int Seed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "teacher";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"teacher {Network}, {EpochsText(Epochs)}";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [];
}
