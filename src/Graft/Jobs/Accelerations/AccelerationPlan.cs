using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Latency;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Selection;
using Graft.Steps;
using Graft.Training;
using YamlDotNet.Serialization;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// What an acceleration does (<b>LANA</b>): distil candidates, measure and score them, select under a latency budget, fine-tune. Every number that decides a
/// result is here.
/// </summary>
public sealed record AccelerationPlan
{
    private const int MostSpans = 16;

    /// <summary>The network's name.</summary>
    /// <value>Default: <c>wrn-16-2</c>.</value>
    public string Network { get; init; } = "wrn-16-2";

    /// <summary>A known data set's name, which is downloaded where it is not here yet, or a path.</summary>
    /// <value>Default: <c>cifar10</c>.</value>
    public string Data { get; init; } = "cifar10";

    /// <summary>How images become the network's input, where that is not as they are stored. Left out of the plan's text where it is null.</summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public ImageOptions? Images { get; init; }

    /// <summary>The operations that every position may get, where it can hold them; the teacher's own is always among them.</summary>
    /// <value>Default: <c>["all"]</c>.</value>
    public IReadOnlyList<string> Operations { get; init; } = ["all"];

    /// <summary>
    /// The most neighbouring positions that one operation may stand for. 1: single positions alone, as LANA is published. Each further one adds about as many
    /// candidates again.
    /// </summary>
    /// <value>Default: <c>2</c>.</value>
    public int Spans { get; init; } = 2;

    /// <summary><c>auto</c> (bf16 where the processor has it natively), <c>fp32</c> or <c>bf16</c>, of training; latencies are those of fp32.</summary>
    /// <value>Default: <c>auto</c>.</value>
    public string Precision { get; init; } = "auto";

    /// <summary>What is held out of training: scores are computed on it.</summary>
    public HeldOutPart HeldOut { get; init; } = new();

    /// <summary>The teacher.</summary>
    public TeacherPlan Teacher { get; init; } = new();

    /// <summary>How candidates are distilled.</summary>
    /// <value>Default: <c>DistillationRecipe.Default</c>.</value>
    public DistillationRecipe Distillation { get; init; } = DistillationRecipe.Default;

    /// <summary>
    /// How candidates that stand in a selected architecture are distilled on before the selection that counts; null for once alone. Left out of the plan's text
    /// where it is null.
    /// </summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public RefinementRecipe? Refinement { get; init; }

    /// <summary>Decides the candidates' initial values.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Seed { get; init; } = 1;

    /// <summary>How latencies are measured.</summary>
    public LatencyProtocol Latency { get; init; } = new();

    /// <summary>How architectures are selected.</summary>
    public SelectionPlan Selection { get; init; } = new();

    /// <summary>How the best one is fine-tuned.</summary>
    public FineTuningPlan FineTuning { get; init; } = new();

    /// <summary>
    /// Which network becomes the ONNX file: <c>accelerated</c>, Graft's own choice, or null for the most accurate that is within the budget, whatever made it.
    /// Left out of the plan's text where it is null.
    /// </summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public string? Export { get; init; }

    /// <summary>How many architectures of single positions alone are selected beside the others.</summary>
    [YamlIgnore, JsonIgnore]
    internal int SelectedOfSinglePositions => FineTuning.Opponents && Spans > 1 ? Selection.Solutions : 0;

    /// <summary>Whether something is trained by the teacher's recipe though the teacher's weights may be imported: a smaller network from scratch.</summary>
    [YamlIgnore, JsonIgnore]
    internal bool IsRecipeOfUse => FineTuning.EpochsFromScratch(Teacher) is not null && !OnnxNetworkSource.IsName(Network);

    /// <summary>Checks the values that can be checked without the data set.</summary>
    /// <exception cref="ConfigurationException">Some are wrong; the message lists all of them.</exception>
    public void Validate() => PlanFaults.Throw(this, Faults());

    private IEnumerable<string> Faults()
    {
        if (!PrecisionNames.All.Contains(Precision))
        {
            yield return PrecisionNames.FaultOf(Precision);
        }

        if (Export is not (null or AccelerationResult.Accelerated))
        {
            yield return $"export is '{Export}'; it must be {AccelerationResult.Accelerated}, or left out for the best within the budget.";
        }

        if (Spans is < 1 or > MostSpans)
        {
            yield return Invariant($"spans is {Spans}; it must be from 1 (single positions alone) to {MostSpans}.");
        }

        if (HeldOut.Fraction is not (> 0 and <= 0.5))
        {
            yield return Invariant($"heldOut.fraction is {HeldOut.Fraction}; it must be above 0 (scores are computed on it), up to 0.5.");
        }

        if (Teacher.Weights is null && Teacher.Epochs is < 1 or > 100_000)
        {
            yield return Invariant($"teacher.epochs is {Teacher.Epochs}; it must be from 1 to 100000.");
        }

        foreach (string fault in PlanFaults.OfNetwork(Network).Concat(PlanFaults.OfOperations(Operations)))
        {
            yield return fault;
        }

        foreach (string fault in Teacher.Recipe.Faults("teacher.recipe").Concat(Images?.Faults("images") ?? [])
            .Concat(Distillation.Faults("distillation"))
            .Concat(Refinement?.Faults("refinement") ?? [])
            .Concat(Latency.Faults("latency"))
            .Concat(Selection.Faults("selection"))
            .Concat(FineTuning.Faults("fineTuning")))
        {
            yield return fault;
        }
    }
}
