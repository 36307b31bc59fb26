using System.Text.Json.Serialization;
using Graft.Measures;

namespace Graft.Steps;

/// <summary>
/// Takes the measures of the first version of one distilled candidate at one place, all at once; a measure that came later is a <see cref="MeasureStep"/> of
/// its own. <see cref="NetworkStep.Precision"/> is fp32: what is compared are numbers that bf16 would blur.
/// </summary>
internal sealed record PredictorStep() : NetworkStep(PredictorKind.KindName, PredictorKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The place.</summary>
    [JsonPropertyName("position")]
    public required Place Place { get; init; }

    /// <summary>The candidate operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The key of the step that distilled it; null for operations that have nothing to learn.</summary>
    public required string? Distillation { get; init; }

    /// <summary>What is looked at.</summary>
    public required PredictorRecipe Recipe { get; init; }

    /// <summary>The part of the training images that the looked-at ones are taken from.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>
    /// Whether a run is held against all of the teacher's operations in it. Steps of earlier versions took that of its first position alone.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ComparesWholeRun { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"predictors of {Operation} at {Place}");

    /// <inheritdoc/>
    internal override string TitleAmong(Func<string, Engine.Step?> find) => Title + DistillationStep.WordsOf(Distillation, find);

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Distillation is null ? [Teacher] : [Teacher, Distillation];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => [Operation];
}

/// <summary>What was measured of one substitution before any training of the swapped network. A value that is not a finite number is null.</summary>
internal sealed record PredictorStepResult
{
    /// <summary>Trainable parameters of the candidate less those of the teacher's operations there.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the candidate for one image less those of the teacher's operations there.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Time of the candidate's forward pass for one batch in milliseconds. It follows the load, as <see cref="LatencyChange"/> does not.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>The same of the teacher's operations.</summary>
    public double? TeacherLatencyMs { get; init; }

    /// <summary><see cref="Measures.LatencyChange"/>; null in results of the first revision.</summary>
    public double? LatencyChange { get; init; }

    /// <summary><see cref="Measures.DistillationError"/>.</summary>
    public double? DistillationError { get; init; }

    /// <summary><see cref="Measures.LossRise"/>, stored statistics.</summary>
    public double? LossRise { get; init; }

    /// <summary>The same with the statistics of each batch.</summary>
    public double? LossRiseBatchStatistics { get; init; }

    /// <summary><see cref="KullbackLeibler"/>, stored statistics.</summary>
    public double? KlRise { get; init; }

    /// <summary>The same with the statistics of each batch in the swapped network.</summary>
    public double? KlRiseBatchStatistics { get; init; }

    /// <summary><see cref="LinearCka"/>.</summary>
    public double? Cka { get; init; }

    /// <summary><see cref="Measures.GradientNorm"/>.</summary>
    public double? GradientNorm { get; init; }

    /// <summary><see cref="Measures.Snip"/>.</summary>
    public double? Snip { get; init; }

    /// <summary><see cref="Measures.Zico"/>.</summary>
    public double? Zico { get; init; }

    /// <summary><see cref="SynapticFlow"/>, a logarithm.</summary>
    public double? LogSynFlow { get; init; }

    /// <summary><see cref="ActivationCodes"/>.</summary>
    public double? Naswot { get; init; }

    /// <summary><see cref="Measures.JacobianCovariance"/>.</summary>
    public double? JacobianCovariance { get; init; }

    /// <summary>The values by the names of the measures, those that there are.</summary>
    public Dictionary<string, double> ByName() => new (string Name, double? Value)[]
    {
        ("parameters", Parameters),
        ("multiplyAccumulates", MultiplyAccumulates),
        ("latency", LatencyChange ?? ((LatencyMs / TeacherLatencyMs) - 1)),
        ("distillationError", DistillationError),
        ("lossRise", LossRise),
        ("lossRiseBatchStatistics", LossRiseBatchStatistics),
        ("klRise", KlRise),
        ("klRiseBatchStatistics", KlRiseBatchStatistics),
        ("cka", Cka),
        ("gradientNorm", GradientNorm),
        ("snip", Snip),
        ("synFlow", LogSynFlow),
        ("naswot", Naswot),
        ("jacobianCovariance", JacobianCovariance),
        ("zico", Zico),
    }.Where(v => v.Value is not null).ToDictionary(v => v.Name, v => v.Value!.Value);

    /// <summary>Takes all of these measures.</summary>
    internal static PredictorStepResult Of(MeasureSubject subject)
    {
        var values = MeasureCatalog.Bundle.ToDictionary(m => m.Name, m => m.Of(subject));
        return new()
        {
            Parameters = (long)values["parameters"],
            MultiplyAccumulates = (long)values["multiplyAccumulates"],
            LatencyMs = subject.Latency.CandidateMs,
            TeacherLatencyMs = subject.Latency.OwnMs,
            LatencyChange = Finite("latency"),
            DistillationError = Finite("distillationError"),
            LossRise = Finite("lossRise"),
            LossRiseBatchStatistics = Finite("lossRiseBatchStatistics"),
            KlRise = Finite("klRise"),
            KlRiseBatchStatistics = Finite("klRiseBatchStatistics"),
            Cka = Finite("cka"),
            GradientNorm = Finite("gradientNorm"),
            Snip = Finite("snip"),
            Zico = Finite("zico"),
            LogSynFlow = Finite("synFlow"),
            Naswot = Finite("naswot"),
            JacobianCovariance = Finite("jacobianCovariance"),
        };

        double? Finite(string name) => double.IsFinite(values[name]) ? values[name] : null;
    }
}

internal sealed class PredictorKind : NetworkStepKind<PredictorStep, PredictorStepResult>
{
    public const string KindName = "predictors";
    public const int CurrentRevision = 3; // 1: the latency was the difference of both medians; 2: it was that of several threads, or on the clock

    // Of an image through the network: teacher and swapped network in both modes, one with gradients, the teacher's features, pixels' gradients and codes of
    // rectifiers for half of the images.
    private const double Passes = 11;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override double WorkOf(PredictorStep step, NetworkCosts costs) =>
        MeasureKind.Work(step.Recipe, Passes, MeasureCatalog.Bundle.Sum(m => m.Seconds), costs.OfNetwork(step.Network).Work);

    protected override string Summarize(PredictorStepResult result) => StepWords.Number("CKA", result.Cka ?? double.NaN);

    protected override void Run(IReadOnlyList<PredictorStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        using var subject = MeasureKind.Subject(
            step,
            step.Teacher,
            step.Place,
            [new(step.Place, step.Operation, step.Distillation)],
            step.HeldOut,
            step.Recipe,
            context
        );
        context.Run.Complete(step, PredictorStepResult.Of(subject));
    }
}
