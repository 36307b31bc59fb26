using Graft.Data;

namespace Graft.Training;

/// <summary>
/// How a network is trained: SGD with Nesterov momentum and a cosine schedule, as is usual for WRN on CIFAR-10 (Zagoruyko &amp; Komodakis 2016, section 3). The
/// defaults are those of a teacher.
/// </summary>
public sealed record TrainingRecipe
{
    /// <summary>Images a step.</summary>
    /// <value>Default: <c>128</c>.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>The highest learning rate, reached after the warm-up. 0.1 for batches of 128 (Zagoruyko &amp; Komodakis 2016, section 3).</summary>
    /// <value>Default: <c>0.1</c>.</value>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>The part of all steps in which the learning rate rises linearly from near 0; in [0, 1).</summary>
    /// <value>Default: <c>0.05</c>.</value>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>Momentum of SGD; in [0, 1).</summary>
    /// <value>Default: <c>0.9</c>.</value>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay, on the weights of convolutions and fully connected layers alone.</summary>
    /// <value>Default: <c>5e-4</c>.</value>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Label smoothing (Szegedy et al. 2016); in [0, 1).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How training images are changed.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (BatchSize is < 1 or > 65_536)
        {
            yield return Invariant($"{section}.batchSize is {BatchSize}; it must be from 1 to 65536.");
        }

        if (LearningRate is not (> 0 and <= 100))
        {
            yield return Invariant($"{section}.learningRate is {LearningRate}; it must be above 0, up to 100.");
        }

        if (WarmUp is not (>= 0 and < 1))
        {
            yield return Invariant($"{section}.warmUp is {WarmUp}; it is a part of all steps, from 0 to below 1.");
        }

        if (Momentum is not (>= 0 and < 1))
        {
            yield return Invariant($"{section}.momentum is {Momentum}; it must be from 0 to below 1.");
        }

        if (WeightDecay is not (>= 0 and < 1))
        {
            yield return Invariant($"{section}.weightDecay is {WeightDecay}; it must be from 0 to below 1.");
        }

        if (LabelSmoothing is not (>= 0 and < 1))
        {
            yield return Invariant($"{section}.labelSmoothing is {LabelSmoothing}; it must be from 0 to below 1.");
        }

        foreach (string fault in Augmentation.Faults($"{section}.augmentation"))
        {
            yield return fault;
        }
    }
}
