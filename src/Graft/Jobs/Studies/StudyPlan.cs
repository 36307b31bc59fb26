using Graft.Data;
using Graft.Measures;
using Graft.Operations;
using Graft.Steps;
using Graft.Training;
using YamlDotNet.Serialization;

namespace Graft.Jobs.Studies;

/// <summary>
/// What a study does: swap each of some operations into each of some positions of a trained network, train on, test; over seeds (<b>Seo &amp; Lee</b>). Every
/// number that decides a result is here.
/// </summary>
public sealed record StudyPlan
{
    /// <summary>The network's name.</summary>
    /// <value>Default: <c>wrn-16-2</c>.</value>
    public string Network { get; init; } = "wrn-16-2";

    /// <summary>A known data set's name, which is downloaded where it is not here yet, or a path.</summary>
    /// <value>Default: <c>cifar10</c>.</value>
    public string Data { get; init; } = "cifar10";

    /// <summary>How images become the network's input, where that is not as they are stored. Left out of the plan's text where it is null.</summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public ImageOptions? Images { get; init; }

    /// <summary>Positions by index, runs of neighbours that one operation is to stand for (<c>3-4</c>), or <c>all</c> single positions.</summary>
    /// <value>Default: <c>["all"]</c>.</value>
    public IReadOnlyList<string> Positions { get; init; } = ["all"];

    /// <summary>
    /// Operations by name, <c>seed</c> (the study's seven candidates) or <c>all</c>. Verdicts compare with <c>teacher</c>, the unchanged network trained on for
    /// as long: without it among them there are none.
    /// </summary>
    /// <value>Default: <c>["seed"]</c>.</value>
    public IReadOnlyList<string> Operations { get; init; } = ["seed"];

    /// <summary>Training lengths, from 1 to 100000 epochs: each cell is trained once for each.</summary>
    /// <value>Default: <c>[25]</c>.</value>
    public IReadOnlyList<int> Epochs { get; init; } = [25];

    /// <summary>How many seeds each cell has: 1, 2, … From 1 to 1000.</summary>
    /// <value>Default: <c>3</c>.</value>
    public int Seeds { get; init; } = 3;

    /// <summary><c>auto</c> (bf16 where the processor has it natively), <c>fp32</c> or <c>bf16</c>.</summary>
    /// <value>Default: <c>auto</c>.</value>
    public string Precision { get; init; } = "auto";

    /// <summary>What is held out of training.</summary>
    public HeldOutPart HeldOut { get; init; } = new();

    /// <summary>The teacher.</summary>
    public TeacherPlan Teacher { get; init; } = new();

    /// <summary>How candidates are distilled.</summary>
    /// <value>Default: <c>DistillationRecipe.Default</c>.</value>
    public DistillationRecipe Distillation { get; init; } = DistillationRecipe.Default;

    /// <summary>
    /// How swapped networks are trained on. The peak learning rate is lower than a teacher's: at 0.1 a trained network forgets most of what it knows before the
    /// schedule comes down, and short trials end below the teacher whatever was swapped; see docs/recipes.md for the measurement.
    /// </summary>
    public TrainingRecipe Trial { get; init; } = new() { LearningRate = 0.02 };

    /// <summary>
    /// What predictors are measured on, after distillation and before any trial; null to measure none. Left out of the plan's text where it is null, so that
    /// plans without predictors keep their identifiers.
    /// </summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public PredictorRecipe? Predictors { get; init; }

    /// <summary>
    /// Whether seeds are added where verdicts are open, and how many at the most; null for <see cref="Seeds"/> on every cell. Left out of the plan's text where
    /// it is null.
    /// </summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public UntilDecidedPlan? UntilDecided { get; init; }

    /// <summary>Checks the values that can be checked without the data set.</summary>
    /// <exception cref="ConfigurationException">Some are wrong; the message lists all of them.</exception>
    public void Validate() => PlanFaults.Throw(this, Faults());

    private IEnumerable<string> Faults()
    {
        if (Epochs.Count == 0 || Epochs.Any(e => e is < 1 or > 100_000))
        {
            yield return Invariant($"epochs is [{string.Join(", ", Epochs.Select(e => Invariant($"{e}")))}]; it must list numbers from 1 to 100000.");
        }

        if (Seeds is < 1 or > 1000)
        {
            yield return Invariant($"seeds is {Seeds}; it must be from 1 to 1000.");
        }

        if (!PrecisionNames.All.Contains(Precision))
        {
            yield return PrecisionNames.FaultOf(Precision);
        }

        if (HeldOut.Fraction is not (>= 0 and <= 0.5))
        {
            yield return Invariant($"heldOut.fraction is {HeldOut.Fraction}; it must be from 0 to 0.5.");
        }

        if (Teacher.Weights is null && Teacher.Epochs is < 1 or > 100_000)
        {
            yield return Invariant($"teacher.epochs is {Teacher.Epochs}; it must be from 1 to 100000.");
        }

        foreach (string fault in PlanFaults.OfNetwork(Network).Concat(PlanFaults.OfPositions(Network, Positions)).Concat(PlanFaults.OfOperations(Operations)))
        {
            yield return fault;
        }

        foreach (
            string fault in Teacher
                .Recipe.Faults("teacher.recipe")
                .Concat(Images?.Faults("images") ?? [])
                .Concat(Distillation.Faults("distillation"))
                .Concat(Trial.Faults("trial"))
                .Concat(Predictors?.Faults("predictors") ?? [])
                .Concat(UntilDecided?.Faults("untilDecided", Seeds) ?? [])
        )
        {
            yield return fault;
        }
    }
}
