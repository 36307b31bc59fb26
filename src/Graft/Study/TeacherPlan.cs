using Graft.Training;

namespace Graft.Study;

/// <summary>Where the teacher comes from: trained by the recipe, or weights from a file.</summary>
public sealed record TeacherPlan
{
    /// <summary>A safetensors file with PyTorch's names; null to train the teacher. The recipe and the epochs do not matter then.</summary>
    public string? Weights { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Decides initial values, order and augmentation.</summary>
    public int Seed { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingRecipe Recipe { get; init; } = new();
}
