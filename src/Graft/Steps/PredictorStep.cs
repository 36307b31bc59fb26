using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Measures;
using Graft.Runtime;

namespace Graft.Steps;

/// <summary>
/// Measures the predictors of one distilled candidate at one place, those that a study has measured from the first. <see cref="NetworkStep.Precision"/> is fp32: what is
/// compared are numbers that bf16 would blur.
/// </summary>
public sealed record PredictorStep() : NetworkStep(PredictorKind.KindName, PredictorKind.CurrentRevision)
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

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"predictors of {Operation} at {Place}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Distillation is null ? [Teacher] : [Teacher, Distillation];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => [Operation];
}

internal sealed class PredictorKind : NetworkStepKind<PredictorStep, PredictorValues>
{
    public const string KindName = "predictors";
    public const int CurrentRevision = 1;

    // Of an image through the network: teacher and swapped network in both modes, one with gradients, the teacher's features, pixels' gradients for half of the images.
    private const double Passes = 9;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override double WorkOf(PredictorStep step, NetworkCosts costs) => step.Recipe.Images * Passes * costs.OfNetwork(step.Network).MultiplyAccumulates;

    protected override string Summarize(PredictorValues result) => StepWords.Number("CKA", result.Cka ?? double.NaN);

    protected override void Run(IReadOnlyList<PredictorStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        using var teacher = context.OpenTeacher(step, step.Teacher, out var data);
        using var swapped = context.Assemble(step, step.Teacher, [new(step.Place, step.Operation, step.Distillation)], out _);
        var batches = HeldOutBatches(data, step.HeldOut, step.Recipe);
        try
        {
            var measurement = new PredictorMeasurement(teacher, swapped, swapped.Definition.PositionAt(step.Place), context.Device);
            context.Run.Complete(step, measurement.Measure(batches, context.Run.Time, context.Run.Cancellation));
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
        }
    }

    /// <summary>Held-out images. The whole part is shuffled before some are taken: an image folder lists its images class by class.</summary>
    internal static List<Batch> HeldOutBatches(ImageData data, HeldOutPart part, PredictorRecipe recipe)
    {
        var heldOut = HeldOutSplit.Create(data.Train.Labels, part.Fraction, part.Seed).HeldOut;
        var drawn = heldOut.OrderBy(i => Seed.Mix(part.Seed, (long)SeedUse.PredictorImages, i)).Take(recipe.Images).ToList();
        return [.. BatchLoader.InOrder(data.Train, data.Normalization, drawn, recipe.BatchSize)];
    }
}
