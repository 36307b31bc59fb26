using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Training;

namespace Graft.Steps;

/// <summary>Puts an architecture together from distilled candidates and fine-tunes it, with distillation from the teacher (<b>LANA</b>, after phase 2), then tests it.</summary>
public sealed record FineTuningStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What differs from the teacher, positions ascending.</summary>
    public required IReadOnlyList<PlacedOperation> Operations { get; init; }

    /// <summary>How the network is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>What it learns from the teacher beside the labels.</summary>
    public required KnowledgeDistillation Distillation { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Decides order and augmentation of the images.</summary>
    public required int Seed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>Training images that batch norm's statistics are estimated on before the first test: those that the parts bring along belong to other networks. 0 to keep those.</summary>
    public int StatisticsImages { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "fine-tuning";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title =>
        $"fine-tune {Operations.Count} swaps, {EpochsText(Epochs)}{(Distillation.Weight > 0 ? "" : ", labels alone")}";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher, .. Operations.Select(o => o.Distillation).OfType<string>().Distinct()];
}
