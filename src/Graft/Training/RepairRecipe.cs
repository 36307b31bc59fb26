using Graft.Data;

namespace Graft.Training;

/// <summary>How a network that was put together from distilled parts is repaired.</summary>
public sealed record RepairRecipe
{
    /// <summary>Training images that an epoch passes over, drawn by chance; of fewer, all.</summary>
    /// <value>Default: <c>20_000</c>.</value>
    public int Images { get; init; } = 20_000;

    /// <summary>Passes over them.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Epochs { get; init; } = 1;

    /// <summary>Images a step.</summary>
    /// <value>Default: <c>128</c>.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>The highest learning rate of SGD with momentum, reached after a tenth of all steps and falling to 0 along half a cosine.</summary>
    /// <value>Default: <c>0.01</c>.</value>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The weight of the feature maps beside the logits' 1.</summary>
    /// <value>Default: <c>1</c>.</value>
    public double FeatureWeight { get; init; } = 1;

    /// <summary>How training images are changed.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Images < 1)
        {
            yield return Invariant($"{section}.images is {Images}; it must be at least 1.");
        }

        if (Epochs is < 1 or > 1000)
        {
            yield return Invariant($"{section}.epochs is {Epochs}; it must be from 1 to 1000.");
        }

        foreach (string fault in Training.Faults(section).Concat(Distillation.Faults(section)))
        {
            yield return fault;
        }
    }

    /// <summary>Images that are trained on in all.</summary>
    /// <param name="train">Training images.</param>
    internal double Work(double train) => Epochs * Math.Min(Images, train);

    /// <summary>The optimizer, as of any training of a network.</summary>
    internal TrainingRecipe Training =>
        new() { BatchSize = BatchSize, LearningRate = LearningRate, WarmUp = 0.1, WeightDecay = 1e-4, Augmentation = Augmentation };

    /// <summary>What is learnt: the teacher's answers and feature maps, and no label.</summary>
    internal KnowledgeDistillation Distillation => new() { WithoutLabels = true, Weight = 1, Temperature = 1, FeatureWeight = FeatureWeight };
}
