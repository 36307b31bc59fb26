using System.Text.Json.Serialization;
using Graft.Data;
using YamlDotNet.Serialization;

namespace Graft.Training;

/// <summary>How candidates learn to answer like the teacher's own operations (<b>LANA</b>, phase 1, eq. 2): Adam with a cosine schedule.</summary>
/// <remarks>The values of a new record are those of LANA; what plans begin with is <see cref="Default"/>.</remarks>
public sealed record DistillationRecipe
{
    /// <summary>
    /// What a plan has where it says nothing else: rates, steps and beginnings under which candidates come closest to the teacher for their time
    /// (docs/recipes.md has the measurements).
    /// </summary>
    public static DistillationRecipe Default { get; } =
        new() { LearningRate = 0.015, MinSteps = 240, FromTeacher = true, LearningRateFromTeacher = 0.005, BeginAsSkip = true };

    /// <summary>Passes over the training images; LANA takes one.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Epochs { get; init; } = 1;

    /// <summary>Training images that an epoch passes over, drawn by chance; null for all. Part of a step's key only where it is given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public int? Images { get; init; }

    /// <summary>
    /// Steps that are taken at the least, whatever the number of images: beyond <see cref="Epochs"/> as many more as that takes. What a candidate learns
    /// depends on steps; with few images an epoch is no more than an initialisation. Null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public int? MinSteps { get; init; }

    /// <summary>Images a step.</summary>
    /// <value>Default: <c>128</c>.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>The first learning rate. LANA does not publish its own; related work takes 0.002–0.005.</summary>
    /// <value>Default: <c>0.005</c>.</value>
    public double LearningRate { get; init; } = 0.005;

    /// <summary>
    /// Whether candidates of the build of the teacher's own operation begin with its weights, cut or padded to their kernels and widths, instead of values by
    /// chance; null for no.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public bool? FromTeacher { get; init; }

    /// <summary>The first learning rate of candidates that begin with the teacher's weights; null for that of all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public double? LearningRateFromTeacher { get; init; }

    /// <summary>
    /// Whether candidates with a skip begin as that skip: the last batch norm of the branch beside it is 0 (Goyal et al. 2017, section 5.1); null for no.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public bool? BeginAsSkip { get; init; }

    /// <summary>
    /// Whether the squared error of a batch is divided by the teacher's mean square (<b>Puzzle</b>: MSE(t, s) / MSE(t, 0)), which makes positions comparable;
    /// plain mean squared error (LANA eq. 2) otherwise. Reported losses are normalised in either case.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>How training images are changed.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Steps of a distillation.</summary>
    /// <param name="batchesPerEpoch">Steps of an epoch.</param>
    internal int Steps(int batchesPerEpoch) => Math.Max(Epochs * batchesPerEpoch, MinSteps ?? 0);

    /// <summary>Images that pass through a candidate, each as often as it does.</summary>
    /// <param name="images">Images of an epoch.</param>
    internal double ImagesSeen(double images) => Math.Max(Epochs * images, (MinSteps ?? 0) * Math.Min(BatchSize, images));

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

        if (LearningRateFromTeacher is not (null or (> 0 and <= 10)))
        {
            yield return Invariant($"{section}.learningRateFromTeacher is {LearningRateFromTeacher}; it must be above 0, up to 10.");
        }

        if (MinSteps is < 1 or > 10_000_000)
        {
            yield return Invariant($"{section}.minSteps is {MinSteps}; it must be from 1 to 10000000, or be left out.");
        }

        foreach (string fault in Augmentation.Faults($"{section}.augmentation"))
        {
            yield return fault;
        }
    }
}
