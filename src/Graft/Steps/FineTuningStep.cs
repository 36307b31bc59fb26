using System.Text.Json.Serialization;
using Graft.Analysis;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Steps;

/// <summary>
/// Puts an architecture together from distilled candidates and fine-tunes it, with distillation from the teacher (<b>LANA</b>, after phase 2), then tests it.
/// Where nothing differs from the teacher, there is nothing to put right: it stays the teacher unless fine-tuning makes it better on held-out images.
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
    /// keep those. Where nothing differs from the teacher, its own are kept.
    /// </summary>
    public int StatisticsImages { get; init; }

    /// <summary>
    /// How the whole learns, without labels, what its parts make of one another, before it is fine-tuned; null for not at all. Nor does it where nothing
    /// differs from the teacher.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepairRecipe? Repair { get; init; }

    /// <summary>How the peak learning rate is chosen; null for that of <see cref="Recipe"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LearningRateSearchRecipe? Search { get; init; }

    /// <summary>
    /// Whether what each part of the work gives stays only if it is no worse on held-out images: new statistics of batch norm, repair, fine-tuning. Where
    /// nothing differs from the teacher, fine-tuning stays only if it is better there, whatever this says.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeverWorse { get; init; }

    /// <summary>Whether nothing differs from the teacher.</summary>
    [JsonIgnore]
    public bool IsUnchanged => Operations.Count == 0;

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
/// <param name="AccuracyBeforeTraining">
/// Test accuracy before the first epoch, batch norm's statistics estimated anew for the whole; the teacher's where nothing differs from it.
/// </param>
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

    /// <summary>
    /// Whether fine-tuning made it worse on held-out images (where nothing differs from the teacher: no better), and it is what it was before; null where that
    /// was not asked.
    /// </summary>
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

    /// <summary>The work of a step (<see cref="Engine.StepKind.WorkOf"/>), whatever its operations are.</summary>
    /// <param name="step">The step.</param>
    /// <param name="student">The work of the network that is fine-tuned, for one image.</param>
    /// <param name="costs">That of others.</param>
    internal static double Work(FineTuningStep step, double student, NetworkCosts costs)
    {
        double network = costs.OfNetwork(step.Network).Work;
        double teacher = step.Distillation.Weight > 0 ? network : 0; // answers every image as well, without gradients
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
        var run = new FineTuningRun(step, network, teacher, data, context);
        if (!step.IsUnchanged)
        {
            run.EstimateStatistics();
        }

        double before = run.Test().Accuracy;
        double? repaired = run.Repair();
        var search = run.Search();
        var outcome = run.Train(search?.LearningRate);
        run.Complete(before, repaired, search, outcome);
    }

    /// <summary>The parts of the work, which change one network one after another.</summary>
    private sealed class FineTuningRun
    {
        private const string Choice = "choice";

        private readonly FineTuningStep _step;
        private readonly Network _network, _teacher;
        private readonly TrainingData _data;
        private readonly NetworkStepContext _context;
        private readonly TrainingContext _training, _aside;
        private readonly CheckpointFile _repairing, _searching;
        private readonly DistillationObjective _objective;

        /// <param name="step">The step.</param>
        /// <param name="network">The network that is fine-tuned.</param>
        /// <param name="teacher">Its teacher, in evaluation mode.</param>
        /// <param name="data">The data set, normalised as the teacher's is.</param>
        /// <param name="context">Where, and for whom.</param>
        public FineTuningRun(FineTuningStep step, Network network, Network teacher, ImageData data, NetworkStepContext context)
        {
            (_step, _network, _teacher, _context) = (step, network, teacher, context);
            _data = NetworkStepContext.Split(data, step.HeldOut);
            var training = context.Training(step);
            var progress = new SuccessiveProgress(training.Progress!, Images);
            _training = training with { Progress = progress };
            _aside = training with { Checkpoint = null, EpochDone = null, Progress = progress.WithoutLoss };
            _repairing = context.CheckpointOf("repair");
            _searching = context.CheckpointOf("search");
            _objective = new(teacher, step.Distillation, step.Recipe.LabelSmoothing);
        }

        // What repair, search and fine-tuning train on.
        private long Images
        {
            get
            {
                int train = _data.Split.Train.Length;
                return (long)((RepairRecipe?.Work(train) ?? 0) + (_step.Search?.Work(train, _step.Epochs) ?? 0)) + (long)_step.Epochs * train;
            }
        }

        private RepairRecipe? RepairRecipe => _step.IsUnchanged ? null : _step.Repair;

        /// <summary>Estimates batch norm's statistics for the whole: those that the parts bring along belong to other networks.</summary>
        public void EstimateStatistics() => Guarded(_aside, () =>
        {
            int[] images = NetworkStepContext.Draw(_data.Split.Train, _step.StatisticsImages, _step.HeldOut.Seed);
            var batches = BatchLoader.InOrder(_data.Data.Train, _data.Data.Normalization, images, ScoreKind.EvaluationBatch);
            BatchNormStatistics.Estimate(_network, batches, _aside.Device, _aside.Cancellation);
            return [];
        });

        /// <summary>Tests the network as it is.</summary>
        public EvaluationResult Test() => _context.Test(_network, _data.Data);

        /// <summary>Repairs the network and tests it; null where it is not to be repaired, or there is nothing to repair.</summary>
        public double? Repair()
        {
            if (RepairRecipe is not { } recipe)
            {
                return null;
            }

            var training = _aside with { Checkpoint = _repairing };
            Guarded(training, () => Graft.Training.Repair.Run(_network, _teacher, _data, recipe, SeedFor(SeedUse.Repair), training));
            return Test().Accuracy;
        }

        /// <summary>Searches the peak learning rate; null where it is given.</summary>
        public LearningRateChoice? Search()
        {
            if (_step.Search is not { } recipe)
            {
                return null;
            }

            // Kept until the step has ended: what is resumed with other threads would round, and so might choose, otherwise.
            using var kept = _searching.TryLoad();
            if (kept is not null)
            {
                return StepResults.FromJson<LearningRateChoice>(kept.Metadata[Choice]);
            }

            var choice = recipe.Run(_network, _data, _step.Recipe, _step.Epochs, SeedFor(SeedUse.LearningRateSearch), _aside, _objective);
            _searching.Save([], new Dictionary<string, string> { [Choice] = StepResults.ToJson(choice) });
            return choice;
        }

        /// <summary>Fine-tunes the network.</summary>
        /// <param name="learningRate">The peak learning rate; null for that of the recipe.</param>
        /// <returns>What it came to; null where the fine-tuned network stays in any case.</returns>
        public FineTuningOutcome? Train(double? learningRate)
        {
            var recipe = learningRate is { } rate ? _step.Recipe with { LearningRate = rate } : _step.Recipe;
            var trainer = new Trainer(_network, _data, recipe, _step.Epochs, SeedFor(SeedUse.FineTuningOrder), _training, _objective);
            return Guarded(_training, trainer.Run);
        }

        /// <summary>Tests the network, keeps its weights and records the result; checkpoints are needed no more.</summary>
        /// <param name="before">Test accuracy before the first epoch.</param>
        /// <param name="repaired">Test accuracy after repair.</param>
        /// <param name="search">The peak learning rate that was searched.</param>
        /// <param name="outcome">What fine-tuning came to.</param>
        public void Complete(double before, double? repaired, LearningRateChoice? search, FineTuningOutcome? outcome)
        {
            var test = Test();
            string weights = $"weights/{_step.Key}.safetensors";
            NetworkWeights.Save(_network, _context.Run.PathFor(_step, weights), _data.Data);
            var cost = _network.Cost();
            var result = new FineTuningStepResult(test.Accuracy, before, test.Loss, cost.Parameters, cost.MultiplyAccumulates, weights)
            {
                AccuracyRepaired = repaired,
                Search = search,
                KeptWhatItWasGiven = outcome?.KeptWhatItWasGiven,
            };
            _context.Complete(_step, result, test);
            _training.Checkpoint!.Delete();
            _repairing.Delete();
            _searching.Delete();
        }

        private int SeedFor(SeedUse use) => Seed.Derive(_step.Seed, (long)use);

        // Where the step says so, the network is what it was before the work if it was better on held-out images then; the teacher also if it was as good.
        private FineTuningOutcome? Guarded(TrainingContext context, Func<IReadOnlyList<EpochResult>> work)
        {
            if (_step.NeverWorse || _step.IsUnchanged)
            {
                return FineTuning.Run(_network, _data, context, work, unlessBetter: _step.IsUnchanged);
            }

            work();
            return null;
        }
    }
}
