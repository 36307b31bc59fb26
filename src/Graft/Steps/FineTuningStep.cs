using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Networks;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Steps;

/// <summary>
/// Puts an architecture together from distilled candidates and fine-tunes it, with distillation from the teacher (<b>LANA</b>, after phase 2), then tests it.
/// </summary>
internal sealed record FineTuningStep() : NetworkStep(FineTuningKind.KindName, FineTuningKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What differs from the teacher, places ascending.</summary>
    public required IReadOnlyList<CandidateAt> Operations { get; init; }

    /// <summary>How the network is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>What it learns from the teacher beside the labels.</summary>
    public required KnowledgeDistillation Distillation { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Decides order and augmentation of the images.</summary>
    public required int Seed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>
    /// Training images that batch norm's statistics are estimated on before the first test: those that the parts bring along belong to other networks. 0 to
    /// keep those.
    /// </summary>
    public int StatisticsImages { get; init; }

    /// <summary>How the whole learns, without labels, what its parts make of one another, before it is fine-tuned; null for not at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepairRecipe? Repair { get; init; }

    /// <summary>How the peak learning rate is chosen; null for that of <see cref="Recipe"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LearningRateSearchRecipe? Search { get; init; }

    /// <summary>
    /// Whether what each part of the work gives stays only if it is no worse on held-out images: new statistics of batch norm, repair, fine-tuning.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeverWorse { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title =>
        Invariant($"fine-tune {Plural.Of(Operations.Count, "swap")}, {Plural.Of(Epochs, "epoch")}")
        + (Distillation.Weight > 0 ? "" : ", labels alone");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher, .. Operations.Select(o => o.Distillation).OfType<string>().Distinct()];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => Operations.Select(o => o.Operation);
}

/// <summary>The result of fine-tuning an architecture.</summary>
/// <param name="Accuracy">Test accuracy after the last epoch.</param>
/// <param name="AccuracyBeforeTraining">Test accuracy before the first epoch, batch norm's statistics estimated anew for the whole.</param>
/// <param name="Loss">Mean cross-entropy on the test images after the last epoch, in nats.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
/// <param name="Weights">The file of weights, relative to the workspace's artifacts.</param>
internal sealed record FineTuningStepResult(
    double Accuracy, double AccuracyBeforeTraining, double Loss, long Parameters, long MultiplyAccumulates, string Weights)
{
    /// <summary>Test accuracy after repair, before the first epoch; null without repair.</summary>
    public double? AccuracyRepaired { get; init; }

    /// <summary>The peak learning rate that was chosen, and all that were tried; null where none was searched.</summary>
    public LearningRateChoice? Search { get; init; }

    /// <summary>Whether fine-tuning made it worse on held-out images, and it is what it was before; null where that was not asked.</summary>
    public bool? KeptWhatItWasGiven { get; init; }
}

internal sealed class FineTuningKind : NetworkStepKind<FineTuningStep, FineTuningStepResult>
{
    public const string KindName = "fine-tuning";
    public const int CurrentRevision = 1;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override double WorkOf(FineTuningStep step, NetworkCosts costs)
    {
        double network = costs.OfNetwork(step.Network).Work;
        return Work(step, network + step.Operations.Sum(o => costs.WithOperation(step.Network, o.Place, o.Operation).Work - network), costs);
    }

    // The teacher answers every image as well, without gradients.
    /// <summary>The work of a step (<see cref="Engine.StepKind.WorkOf"/>), whatever its operations are.</summary>
    /// <param name="step">The step.</param>
    /// <param name="student">The work of the network that is fine-tuned, for one image.</param>
    /// <param name="costs">That of others.</param>
    internal static double Work(FineTuningStep step, double student, NetworkCosts costs)
    {
        double network = costs.OfNetwork(step.Network).Work;
        double teacher = step.Distillation.Weight > 0 ? network : 0;
        double train = costs.Data.Train.Count * (1 - step.HeldOut.Fraction);
        return costs.Training(step.Epochs, student, step.HeldOut)
            + (double)step.Epochs * costs.Data.Train.Count * teacher
            + (step.Search?.Work(train, step.Epochs) ?? 0) * (3 * student + teacher)
            + (step.Repair?.Work(train) ?? 0) * (3 * student + network)
            + 2.0 * costs.Data.Test.Count * student;
    }

    protected override string Summarize(FineTuningStepResult result) => StepWords.Accuracy(result.Accuracy);

    protected override IReadOnlyList<string> ArtifactsOf(FineTuningStepResult result) => [result.Weights];

    protected override void Run(IReadOnlyList<FineTuningStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        using var network = context.Assemble(step, step.Teacher, step.Operations, out var data);
        using var teacher = context.OpenTeacher(step, step.Teacher, out _);
        teacher.eval();
        var split = NetworkStepContext.Split(data, step.HeldOut);
        var training = context.Training(step);
        var progress = new SuccessiveProgress(training.Progress!, ImagesOf(step, split.Split.Train.Length));
        training = training with { Progress = progress };
        var aside = training with { Checkpoint = null, EpochDone = null, Progress = progress.WithoutLoss };
        var repairing = context.CheckpointOf("repair");
        EstimateStatistics(network, split, step, aside);
        var before = context.Test(network, data);
        double? repaired = step.Repair is { } repair ? Repair(network, teacher, split, step, repair, aside with { Checkpoint = repairing }, context) : null;
        var objective = new DistillationObjective(teacher, step.Distillation, step.Recipe.LabelSmoothing);
        var choice = step.Search?.Run(network, split, step.Recipe, step.Epochs, Seed.Derive(step.Seed, (long)SeedUse.LearningRateSearch), aside, objective);
        var trainer = new Trainer(
            network, split, choice is null ? step.Recipe : step.Recipe with { LearningRate = choice.LearningRate }, step.Epochs,
            Seed.Derive(step.Seed, (long)SeedUse.FineTuningOrder), training, objective);
        var outcome = Guarded(network, split, step, training, trainer.Run);
        var test = context.Test(network, data);
        string weights = $"weights/{step.Key}.safetensors";
        NetworkWeights.Save(network, data.Normalization, context.Run.PathFor(step, weights), data.ClassNames);
        var cost = network.Cost();
        context.Complete(step, new FineTuningStepResult(test.Accuracy, before.Accuracy, test.Loss, cost.Parameters, cost.MultiplyAccumulates, weights)
        {
            AccuracyRepaired = repaired,
            Search = choice,
            KeptWhatItWasGiven = step.NeverWorse ? outcome?.KeptWhatItWasGiven ?? false : null,
        }, test);
        training.Checkpoint!.Delete();
        repairing.Delete();
    }

    // What repair, search and fine-tuning train on.
    private static long ImagesOf(FineTuningStep step, int train) =>
        (long)((step.Repair?.Work(train) ?? 0) + (step.Search?.Work(train, step.Epochs) ?? 0)) + (long)step.Epochs * train;

    // Those that the parts bring along belong to other networks.
    private static void EstimateStatistics(Network network, TrainingData data, FineTuningStep step, TrainingContext context) =>
        Guarded(
            network,
            data,
            step,
            context,
            () =>
            {
                int[] images = NetworkStepContext.Draw(data.Split.Train, step.StatisticsImages, step.HeldOut.Seed);
                var batches = BatchLoader.InOrder(data.Data.Train, data.Data.Normalization, images, ScoreKind.EvaluationBatch);
                BatchNormStatistics.Estimate(network, batches, context.Device, context.Cancellation);
                return [];
            }
        );

    private static double Repair(
        Network network, Network teacher, TrainingData data, FineTuningStep step, RepairRecipe recipe, TrainingContext training, NetworkStepContext context)
    {
        int seed = Seed.Derive(step.Seed, (long)SeedUse.Repair);
        Guarded(network, data, step, training, () => Graft.Training.Repair.Run(network, teacher, data, recipe, seed, training));
        return context.Test(network, data.Data).Accuracy;
    }

    private static FineTuningOutcome? Guarded(
        Network network,
        TrainingData data,
        FineTuningStep step,
        TrainingContext context,
        Func<IReadOnlyList<Analysis.EpochResult>> work
    )
    {
        if (step.NeverWorse)
        {
            return FineTuning.Run(network, data, context, work);
        }

        work();
        return null;
    }
}
