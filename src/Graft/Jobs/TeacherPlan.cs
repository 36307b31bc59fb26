using Graft.Data;
using Graft.Operations;
using Graft.Steps;
using Graft.Training;

namespace Graft.Jobs;

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

    /// <summary>The step that makes the teacher.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="heldOut">What is held out of training.</param>
    /// <param name="data">The data set.</param>
    /// <param name="precision">The type of number that convolutions compute with.</param>
    /// <param name="importedSha256">The hash of the teacher's weights, where they are imported.</param>
    internal NetworkStep ToStep(string network, HeldOutPart heldOut, ImageData data, Precision precision, string? importedSha256) => importedSha256 is null
        ? new TeacherStep
        {
            Data = data.Fingerprint,
            Network = network,
            Precision = precision,
            Recipe = Recipe,
            Epochs = Epochs,
            Seed = Seed,
            HeldOut = heldOut,
        }
        : new ImportStep { Data = data.Fingerprint, Network = network, Precision = precision, Sha256 = importedSha256 };
}
