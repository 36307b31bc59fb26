using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Engine;
using Graft.Measures;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>
/// Judges an architecture without training: the network that is put together from distilled candidates answers training images, batch norm in batch statistics
/// (<b>LANA</b>, phase 2). Steps that see the same images through the same teacher share its passes.
/// </summary>
internal sealed record ArchitectureStep() : NetworkStep(ArchitectureKind.KindName, ArchitectureKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What differs from the teacher, places ascending.</summary>
    public required IReadOnlyList<CandidateAt> Operations { get; init; }

    /// <summary>Training images that are looked at, at the most; LANA takes about 6,000.</summary>
    public required int Images { get; init; }

    /// <summary>What is held out of training, and so not looked at.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"judge an architecture of {Plural.Of(Operations.Count, "swap")}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher, .. Operations.Select(o => o.Distillation).OfType<string>().Distinct()];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => Operations.Select(o => o.Operation);
}

/// <summary>What an architecture answers before any training, batch norm in batch statistics.</summary>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="KullbackLeibler">Mean Kullback-Leibler divergence from the teacher's class probabilities, in nats.</param>
/// <param name="Accuracy">Accuracy on these training images.</param>
/// <param name="Images">Images that were looked at.</param>
internal sealed record ArchitectureStepResult(double Loss, double KullbackLeibler, double Accuracy, int Images);

internal sealed class ArchitectureKind : NetworkStepKind<ArchitectureStep, ArchitectureStepResult>
{
    public const string KindName = "architecture";
    public const int CurrentRevision = 1;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override object GroupOf(ArchitectureStep step) => (step.Teacher, step.Images, step.HeldOut, step.Precision);

    protected override IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<ArchitectureStep> group, StepServices services) =>
        group.Chunk(ScoreKind.StepsPerBatch);

    protected override double WorkOf(ArchitectureStep step, NetworkCosts costs) =>
        Work(step.Images, step.HeldOut, costs.OfNetwork(step.Network).Work, costs);

    /// <summary>The work of a step (<see cref="StepKind.WorkOf"/>).</summary>
    /// <param name="images">Training images that are looked at, at the most.</param>
    /// <param name="heldOut">What is held out of training.</param>
    /// <param name="image">The work of the network for one image.</param>
    /// <param name="costs">The data set.</param>
    internal static double Work(int images, HeldOutPart heldOut, double image, NetworkCosts costs) =>
        Math.Min(images, costs.Data.Train.Count * (1 - heldOut.Fraction)) * image;

    protected override string Summarize(ArchitectureStepResult result) => StepWords.Number("loss", result.Loss);

    protected override void Run(IReadOnlyList<ArchitectureStep> steps, NetworkStepContext context)
    {
        var first = steps[0];
        using var teacher = context.OpenTeacher(first, first.Teacher, out var data);
        teacher.eval();
        var images = NetworkStepContext.Draw(NetworkStepContext.Split(data, first.HeldOut).Split.Train, first.Images, first.HeldOut.Seed);
        using var inference = inference_mode();
        var answers = Batches().Select(batch => new TeacherAnswer(teacher.call(batch.Images.to(context.Device)), batch.Labels.to(context.Device))).ToList();
        foreach (var (done, step) in steps.Index())
        {
            context.Run.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var network = context.Assemble(step, step.Teacher, step.Operations, out _);
            network.train(); // batch statistics
            var comparison = new AnswerComparison();
            foreach (var (answer, batch) in answers.Zip(Batches()))
            {
                using var inner = NewDisposeScope();
                comparison.Add(answer, network.call(batch.Images.to(context.Device)));
            }

            context.Complete(
                step,
                new ArchitectureStepResult(comparison.Loss, comparison.Divergence, comparison.Accuracy, comparison.Images),
                comparison.IsFinite
            );
            context.Run.Report((done + 1.0) / steps.Count);
        }

        // A batch is disposed of once the next one is asked for.
        IEnumerable<Batch> Batches()
        {
            foreach (var batch in BatchLoader.InOrder(data.Train, data.Normalization, images, ScoreKind.EvaluationBatch))
            {
                using (batch)
                {
                    yield return batch;
                }
            }
        }
    }
}
