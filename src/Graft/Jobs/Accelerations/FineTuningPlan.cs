using Graft.Training;

namespace Graft.Jobs.Accelerations;

/// <summary>How the best architecture is fine-tuned, and what it is compared with.</summary>
public sealed record FineTuningPlan
{
    /// <summary>Passes over the training images; LANA takes 100 on ImageNet.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Decides order and augmentation of the images.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How it is trained: as the teacher. Where half of the network is new, the lower learning rate of a study's trials gives less (docs/recipes.md).</summary>
    public TrainingRecipe Recipe { get; init; } = new();

    /// <summary>What it learns from the teacher beside the labels.</summary>
    public KnowledgeDistillation Distillation { get; init; } = new();

    /// <summary>Whether the best architecture is fine-tuned without the teacher as well, to see what distillation gives.</summary>
    public bool Ablation { get; init; } = true;

    /// <summary>Whether baselines are trained as well: the best of teacher and identity alone (LANA's "single-shot"), and a smaller network of the family from scratch.</summary>
    public bool Baselines { get; init; } = true;

    /// <summary>Other budgets, in parts of the teacher's latency, whose best architecture is fine-tuned as well: the front of accuracy against latency.</summary>
    public IReadOnlyList<double> Budgets { get; init; } = [];

    /// <summary>Random architectures of the same latency that are fine-tuned as well.</summary>
    public int RandomArchitectures { get; init; } = 3;

    /// <summary>Epochs of the smaller network; null for those of the teacher and of fine-tuning together (and no such network where the teacher's weights are imported).</summary>
    public int? SmallerNetworkEpochs { get; init; }

    /// <summary>Epochs of the smaller network; null where there is none.</summary>
    internal int? EpochsFromScratch(TeacherPlan teacher) => !Baselines ? null : SmallerNetworkEpochs ?? (teacher.Weights is null ? teacher.Epochs + Epochs : null);

    /// <summary>What is wrong, in words.</summary>
    /// <param name="path">The plan's key of this.</param>
    public IEnumerable<string> Faults(string path)
    {
        if (Epochs is < 1 or > 100_000)
        {
            yield return Invariant($"{path}.epochs is {Epochs}; it must be from 1 to 100000.");
        }

        if (SmallerNetworkEpochs is < 1 or > 100_000)
        {
            yield return Invariant($"{path}.smallerNetworkEpochs is {SmallerNetworkEpochs}; it must be from 1 to 100000.");
        }

        if (Budgets.FirstOrDefault(b => b is not (> 0 and <= 10), 1) is var budget and not 1)
        {
            yield return Invariant($"{path}.budgets has {budget}; each must be above 0, up to 10: a part of the teacher's latency.");
        }

        if (RandomArchitectures is < 0 or > 1000)
        {
            yield return Invariant($"{path}.randomArchitectures is {RandomArchitectures}; it must be from 0 to 1000.");
        }

        foreach (string fault in Recipe.Faults($"{path}.recipe").Concat(Distillation.Faults($"{path}.distillation")))
        {
            yield return fault;
        }
    }
}
