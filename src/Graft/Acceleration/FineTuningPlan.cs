using Graft.Training;

namespace Graft.Acceleration;

/// <summary>How the best architecture is fine-tuned, and what it is compared with.</summary>
public sealed record FineTuningPlan
{
    /// <summary>Passes over the training images; LANA takes 100 on ImageNet.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Decides order and augmentation of the images.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How it is trained; the lower peak learning rate is that of a study's trials, for the same reason.</summary>
    public TrainingRecipe Recipe { get; init; } = new() { LearningRate = 0.02 };

    /// <summary>What it learns from the teacher beside the labels.</summary>
    public KnowledgeDistillation Distillation { get; init; } = new();

    /// <summary>Whether the best architecture is fine-tuned without the teacher as well, to see what distillation gives.</summary>
    public bool Ablation { get; init; } = true;

    /// <summary>Whether baselines are fine-tuned as well: the best of teacher and identity alone (LANA's "single-shot") and a random architecture of the same latency.</summary>
    public bool Baselines { get; init; } = true;
}
