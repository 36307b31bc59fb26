using System.Text.Json.Serialization;
using Graft.Data;
using YamlDotNet.Serialization;

namespace Graft.Training;

/// <summary>How candidates learn to answer like the teacher's own operations (<b>LANA</b>, phase 1, eq. 2): Adam with a cosine schedule.</summary>
public sealed record DistillationRecipe
{
    /// <summary>Passes over the training images; LANA takes one.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Training images that an epoch passes over, drawn by chance; null for all. Part of a step's key only where it is given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public int? Images { get; init; }

    /// <summary>Images a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The first learning rate. LANA does not publish its own; related work takes 0.002–0.005.</summary>
    public double LearningRate { get; init; } = 0.005;

    /// <summary>
    /// Whether the squared error of a batch is divided by the teacher's mean square (<b>Puzzle</b>: MSE(t, s) / MSE(t, 0)), which makes positions comparable; plain
    /// mean squared error (LANA eq. 2) otherwise. Reported losses are normalised in either case.
    /// </summary>
    public bool Normalize { get; init; } = true;

    /// <summary>How training images are changed.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Epochs is < 1 or > 1000)
        {
            yield return Invariant($"{section}.epochs is {Epochs}; it must be from 1 to 1000.");
        }

        if (Images is < 1)
        {
            yield return Invariant($"{section}.images is {Images}; it must be at least 1, or be left out for all training images.");
        }

        if (BatchSize is < 1 or > 65_536)
        {
            yield return Invariant($"{section}.batchSize is {BatchSize}; it must be from 1 to 65536.");
        }

        if (LearningRate is not (> 0 and <= 10))
        {
            yield return Invariant($"{section}.learningRate is {LearningRate}; it must be above 0, up to 10.");
        }

        foreach (string fault in Augmentation.Faults($"{section}.augmentation"))
        {
            yield return fault;
        }
    }
}
