using System.Globalization;
using System.Text.Json.Serialization;
using Graft.Training;
using YamlDotNet.Serialization;

namespace Graft.Jobs.Accelerations;

/// <summary>How the best architecture is fine-tuned, and what it is compared with.</summary>
public sealed record FineTuningPlan
{
    /// <summary>The learning rate that is searched.</summary>
    public const string Auto = "auto";

    /// <summary>Passes over the training images, from 1 to 100000; LANA takes 100 on ImageNet.</summary>
    /// <value>Default: <c>10</c>.</value>
    public int Epochs { get; init; } = 10;

    /// <summary>Decides order and augmentation of the images.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The peak learning rate: a number, or <c>auto</c> for a short search on held-out images. It goes before that of
    /// <see cref="Recipe"/>, unless a plan's text names that one alone.
    /// </summary>
    /// <value>Default: <c>auto</c>.</value>
    public string LearningRate { get; init; } = Auto;

    /// <summary>
    /// How it is trained: as the teacher. Where half of the network is new, the lower learning rate of a study's trials gives less (docs/recipes.md).
    /// </summary>
    public TrainingRecipe Recipe { get; init; } = new();

    /// <summary>What it learns from the teacher beside the labels.</summary>
    public KnowledgeDistillation Distillation { get; init; } = new();

    /// <summary>How it learns from the teacher, without labels, on the inputs that it really gets, before it is fine-tuned; null for not at all.</summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public RepairRecipe? Repair { get; init; }

    /// <summary>
    /// Whether what each part of the work gives stays only if it is no worse on held-out images: new statistics of batch norm, repair, fine-tuning.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    public bool NeverWorse { get; init; } = true;

    /// <summary>Whether the best architecture is fine-tuned without the teacher as well, to see what distillation gives.</summary>
    /// <value>Default: <c>true</c>.</value>
    public bool Ablation { get; init; } = true;

    /// <summary>
    /// Whether baselines are trained as well: the best of teacher and identity alone (LANA's "single-shot"), and a smaller network of the family from scratch.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    public bool Baselines { get; init; } = true;

    /// <summary>
    /// Whether what else one could have for the same latency is trained as well: the best architecture of single positions alone (LANA as published), the
    /// greedy removal of what hurts least, and the smaller network with the teacher's knowledge.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    public bool Opponents { get; init; } = true;

    /// <summary>
    /// Other budgets, in parts of the teacher's latency, whose best architecture is fine-tuned as well: the front of accuracy against latency.
    /// </summary>
    public IReadOnlyList<double> Budgets { get; init; } = [];

    /// <summary>Random architectures of the same latency that are fine-tuned as well.</summary>
    /// <value>Default: <c>3</c>.</value>
    public int RandomArchitectures { get; init; } = 3;

    /// <summary>
    /// Epochs of the smaller network; null for those of the teacher and of fine-tuning together (and no such network where the teacher's weights are imported).
    /// </summary>
    public int? SmallerNetworkEpochs { get; init; }

    /// <summary>Epochs of the smaller network; null where there is none.</summary>
    internal int? EpochsFromScratch(TeacherPlan teacher) =>
        !Baselines ? null : SmallerNetworkEpochs ?? (teacher.Weights is null ? teacher.Epochs + Epochs : null);

    /// <summary>Whether the best architecture is fine-tuned without the teacher as well, where it would learn from it.</summary>
    [YamlIgnore, JsonIgnore]
    internal bool IsAblated => Ablation && Distillation.Weight > 0;

    /// <summary>Whether the smaller network is trained with the teacher's knowledge as well.</summary>
    [YamlIgnore, JsonIgnore]
    internal bool IsSmallerTaught => Opponents && Distillation.Weight > 0;

    /// <summary>How the learning rate is searched; null where it is given.</summary>
    [YamlIgnore, JsonIgnore]
    internal LearningRateSearchRecipe? Search => LearningRate == Auto ? new() : null;

    /// <summary>The recipe, with the learning rate that is given.</summary>
    [YamlIgnore, JsonIgnore]
    internal TrainingRecipe Resolved => RateOf(LearningRate) is { } rate ? Recipe with { LearningRate = rate } : Recipe;

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

        if (LearningRate != Auto && RateOf(LearningRate) is not (> 0 and <= 100))
        {
            yield return $"{path}.learningRate is '{LearningRate}'; it must be {Auto}, or a number above 0, up to 100.";
        }

        foreach (string fault in Repair?.Faults($"{path}.repair") ?? [])
        {
            yield return fault;
        }

        foreach (string fault in Recipe.Faults($"{path}.recipe").Concat(Distillation.Faults($"{path}.distillation")))
        {
            yield return fault;
        }
    }

    private static double? RateOf(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) ? rate : null;
}
