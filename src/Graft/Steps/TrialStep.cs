using System.Text.Json.Serialization;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Steps;

/// <summary>
/// Trains a teacher on with one operation swapped, and tests it (<b>Seo &amp; Lee</b>). The unchanged network trained on for as long is the same step at any
/// place (<see cref="Place"/> none), so it runs once for all of them.
/// </summary>
internal sealed record TrialStep() : NetworkStep(TrialKind.KindName, TrialKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The place; none where nothing is swapped.</summary>
    [JsonPropertyName("position")]
    public required Place Place { get; init; }

    /// <summary>The operation that is put there.</summary>
    public required string Operation { get; init; }

    /// <summary>The key of the step that distilled the operation; null for operations that have nothing to learn.</summary>
    public required string? Distillation { get; init; }

    /// <summary>How the network is trained on.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Decides order and augmentation of the images.</summary>
    public required int Seed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>Whether the trained network is kept. It is a step of its own then: trials of studies, of which there are many, keep none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsNetwork { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Place.IsNone
        ? Invariant($"{Operation}, {Plural.Of(Epochs, "epoch")}, seed {Seed}")
        : Invariant($"{Operation} at {Place}, {Plural.Of(Epochs, "epoch")}, seed {Seed}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Distillation is null ? [Teacher] : [Teacher, Distillation];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => [Operation];
}

/// <summary>The result of a trial.</summary>
/// <param name="Accuracy">Test accuracy after the last epoch.</param>
/// <param name="AccuracyBeforeTraining">Test accuracy before the first epoch.</param>
/// <param name="Parameters">Trainable parameters of the network with its operation swapped.</param>
/// <param name="MultiplyAccumulates">Its multiply-accumulates for one image.</param>
/// <param name="Weights">The file of its weights, relative to the artifacts; null where it was not kept.</param>
internal sealed record TrialStepResult(
    double Accuracy,
    double AccuracyBeforeTraining,
    long Parameters,
    long MultiplyAccumulates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Weights = null
);

internal sealed class TrialKind : NetworkStepKind<TrialStep, TrialStepResult>
{
    public const string KindName = "trial";
    public const int CurrentRevision = 1;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override double WorkOf(TrialStep step, NetworkCosts costs)
    {
        double network = costs.WithOperation(step.Network, step.Place, step.Operation).Work;
        return costs.Training(step.Epochs, network, step.HeldOut) + 2.0 * costs.Data.Test.Count * network;
    }

    protected override string Summarize(TrialStepResult result) => StepWords.Accuracy(result.Accuracy);

    protected override IReadOnlyList<string> ArtifactsOf(TrialStepResult result) => result.Weights is { } weights ? [weights] : [];

    protected override void Run(IReadOnlyList<TrialStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        using var network = context.Assemble(
            step, step.Teacher, step.Place.IsNone ? [] : [new CandidateAt(step.Place, step.Operation, step.Distillation)], out var data);
        if (!step.Place.IsNone && OperationCatalog.Default.Parse(step.Operation).FreezesRest)
        {
            network.TrainOnly(network.Definition.PositionAt(step.Place));
        }

        var before = context.Test(network, data);
        var training = context.Training(step);
        var split = NetworkStepContext.Split(data, step.HeldOut);
        new Trainer(network, split, step.Recipe, step.Epochs, Seed.Derive(step.Seed, (long)SeedUse.TrialOrder), training).Run();
        var test = context.Test(network, data);
        var cost = network.Cost();
        string? weights = step.KeepsNetwork ? $"weights/{step.Key}.safetensors" : null;
        if (weights is not null)
        {
            NetworkWeights.Save(network, context.Run.PathFor(step, weights), data);
        }

        context.Complete(step, new TrialStepResult(test.Accuracy, before.Accuracy, cost.Parameters, cost.MultiplyAccumulates, weights), test);
        training.Checkpoint!.Delete();
    }
}
