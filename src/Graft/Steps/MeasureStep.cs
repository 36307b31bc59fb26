using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Measures;
using Graft.Runtime;

namespace Graft.Steps;

/// <summary>
/// Takes one measure of one distilled candidate at one place. <see cref="NetworkStep.Precision"/> is fp32: what is compared are numbers that bf16 would blur.
/// </summary>
internal sealed record MeasureStep() : NetworkStep(MeasureKind.KindName, MeasureKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What is put where.</summary>
    public required CandidateAt Candidate { get; init; }

    /// <summary>The measure's name.</summary>
    public required string Measure { get; init; }

    /// <summary>What tells the measure's code from other code under its name; null for Graft's own of the first revision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MeasureRevision { get; init; }

    /// <summary>What is looked at.</summary>
    public required PredictorRecipe Recipe { get; init; }

    /// <summary>The part of the training images that the looked-at ones are taken from.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"{Measure} of {Candidate.Operation} at {Candidate.Place}");

    /// <inheritdoc/>
    internal override string TitleAmong(Func<string, Engine.Step?> find) => Title + DistillationStep.WordsOf(Candidate.Distillation, find);

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Candidate.Distillation is { } distillation ? [Teacher, distillation] : [Teacher];

    /// <inheritdoc/>
    internal override bool IsOfOtherCode => base.IsOfOtherCode || MeasureRevision != MeasureCatalog.Find(Measure).CodeIdentity;

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => [Candidate.Operation];
}

/// <summary>A measure's value; null where there is none.</summary>
/// <param name="Value">That of the substitution.</param>
/// <param name="Own">That of the unchanged network.</param>
internal sealed record MeasureStepResult(double? Value, double? Own);

internal sealed class MeasureKind : NetworkStepKind<MeasureStep, MeasureStepResult>
{
    public const string KindName = "measure";
    public const int CurrentRevision = 2; // 1: at a run, the unchanged network was looked at where another step of the batch stood
    private const int StepsPerBatch = 24;

    // Of ResNet-20, from its files: 0.05 to 0.1 s with a thread of a Zen 5 core.
    private const double SecondsToOpen = 0.1;

    // A pass computes in fp32, layer by layer and with libtorch's kernels; work counts in passes of training, which are fused and mostly in bf16.
    private const double TrainingPasses = 4;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    // They share what the measure says of the unchanged network there.
    protected override object GroupOf(MeasureStep step) =>
        (step.Teacher, step.Candidate.Place, step.Measure, step.MeasureRevision, step.Recipe.Images, step.Recipe.BatchSize, step.HeldOut);

    protected override IEnumerable<IReadOnlyList<Engine.Step>> Batches(IReadOnlyList<MeasureStep> group, Engine.StepServices services) =>
        group.Chunk(StepsPerBatch);

    protected override double WorkOf(MeasureStep step, NetworkCosts costs)
    {
        var measure = MeasureCatalog.Find(step.Measure);
        return Work(step.Recipe, measure.Passes, measure.Seconds, costs.OfNetwork(step.Network).Work);
    }

    /// <summary>The work of a step that looks at held-out images (<see cref="Engine.StepKind.WorkOf"/>).</summary>
    /// <param name="recipe">The images.</param>
    /// <param name="passes">Passes of each image through the network; backward counts twice.</param>
    /// <param name="seconds">Time beside them that no image and no network changes.</param>
    /// <param name="image">The work of the network for one image.</param>
    internal static double Work(PredictorRecipe recipe, double passes, double seconds, double image) =>
        (recipe.Images * passes * TrainingPasses * image) + ((SecondsToOpen + seconds) * NetworkCosts.TypicalWorkASecond);

    protected override string Summarize(MeasureStepResult result) => StepWords.Number("value", result.Value ?? double.NaN);

    protected override void Run(IReadOnlyList<MeasureStep> steps, NetworkStepContext context)
    {
        var measure = MeasureCatalog.Find(steps[0].Measure);
        double own;
        using (var unchanged = Subject(steps[0], steps[0].Teacher, steps[0].Candidate.Place, [], steps[0].HeldOut, steps[0].Recipe, context))
        {
            own = measure.Of(unchanged);
        }

        foreach (var (done, step) in steps.Index())
        {
            context.Run.Cancellation.ThrowIfCancellationRequested();
            using var subject = Subject(step, step.Teacher, step.Candidate.Place, [step.Candidate], step.HeldOut, step.Recipe, context);
            context.Run.Complete(step, new MeasureStepResult(Finite(measure.Of(subject)), Finite(own)));
            context.Run.Report((done + 1.0) / steps.Count);
        }
    }

    /// <summary>What measures of a step look at, on held-out images. The caller owns it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="teacher">The key of the step that made the teacher.</param>
    /// <param name="place">Where.</param>
    /// <param name="operations">What is put there; nothing for the unchanged network.</param>
    /// <param name="part">The part of the training images that is held out.</param>
    /// <param name="recipe">How many of them are looked at.</param>
    /// <param name="context">The run.</param>
    internal static MeasureSubject Subject(
        NetworkStep step,
        string teacher,
        Place place,
        IEnumerable<CandidateAt> operations,
        HeldOutPart part,
        PredictorRecipe recipe,
        NetworkStepContext context
    )
    {
        var own = context.OpenTeacher(step, teacher, out var data);
        var network = context.Assemble(step, teacher, operations, out _);
        return new(
            own,
            network,
            network.Definition.PositionAt(place),
            HeldOutBatches(data, part, recipe),
            context.Device,
            context.Run.Time,
            context.Run.Cancellation
        )
        {
            Waited = context.Run.Waited,
        };
    }

    /// <summary>Held-out images. The whole part is shuffled before some are taken: an image folder lists its images class by class.</summary>
    internal static List<Batch> HeldOutBatches(ImageData data, HeldOutPart part, PredictorRecipe recipe)
    {
        var heldOut = part.Split(data).HeldOut;
        var drawn = heldOut.OrderBy(i => Seed.Mix(part.Seed, (long)SeedUse.PredictorImages, i)).Take(recipe.Images).ToList();
        return [.. BatchLoader.InOrder(data.Train, data.Normalization, drawn, recipe.BatchSize)];
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
