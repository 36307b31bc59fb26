using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <content>The steps of an acceleration: scores, architectures, fine-tuning.</content>
public sealed partial class StepExecutor
{
    private const int EvaluationBatch = 250;

    private void Score(
        List<ScoreStep> steps, IProgress<StepProgress>? progress, long started, Dictionary<string, StepOutcome> outcomes, CancellationToken cancellation)
    {
        var first = CheckGroup(steps, s => s.Group);
        using var teacher = OpenTeacher(first.Teacher, first.Network, first.Precision, out var data);
        teacher.eval();
        var images = Draw(TrainingData.Create(data, first.HeldOut.Fraction, first.HeldOut.Seed).Split.HeldOut, first.Images, first.HeldOut.Seed);
        var candidates = steps.Select(step => (Step: step, Position: teacher.Definition.PositionAt(step.Candidate.Position), Operation: Load(step, teacher), Sums: new ScoreSums())).ToList();
        var needed = candidates.Select(c => c.Position.Index).Append(teacher.Positions.Count).ToHashSet();
        int seen = 0;
        using (inference_mode())
        {
            foreach (var batch in BatchLoader.InOrder(data.Train, data.Normalization, images, EvaluationBatch))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using (batch)
                {
                    // The features at every position, once for all candidates.
                    var features = teacher.ForwardFeatures(batch.Images.to(_device), needed);
                    var (lastInput, lastOutput) = features[teacher.Positions.Count];
                    var answer = new TeacherAnswer(teacher.ForwardAfter(teacher.Positions[^1], lastInput, lastOutput), batch.Labels.to(_device));
                    foreach (var (_, position, operation, sums) in candidates)
                    {
                        using var inner = NewDisposeScope();
                        var (input, target) = features[position.Index];
                        var output = operation.call(input);
                        sums.Add(answer, teacher.ForwardAfter(position, input, output), output, target);
                    }

                    seen += batch.Count;
                    progress?.Report(new((double)seen / images.Length, double.NaN));
                }
            }
        }

        foreach (var (step, _, operation, sums) in candidates)
        {
            CompleteShare(step, sums, sums.ToResult(), started, steps.Count, outcomes);
            operation.Dispose();
        }
    }

    private void Judge(
        List<ArchitectureStep> steps, IProgress<StepProgress>? progress, long started, Dictionary<string, StepOutcome> outcomes, CancellationToken cancellation)
    {
        var first = CheckGroup(steps, s => s.Group);
        using var teacher = OpenTeacher(first.Teacher, first.Network, first.Precision, out var data);
        teacher.eval();
        var images = Draw(TrainingData.Create(data, first.HeldOut.Fraction, first.HeldOut.Seed).Split.Train, first.Images, first.HeldOut.Seed);
        using (inference_mode())
        {
            var answers = Batches().Select(batch => new TeacherAnswer(teacher.call(batch.Images.to(_device)), batch.Labels.to(_device))).ToList();
            foreach (var (done, step) in steps.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using var network = Assemble(step.Teacher, step.Network, step.Precision, step.Operations, out _);
                network.train(); // batch statistics
                var sums = new ScoreSums();
                foreach (var (answer, batch) in answers.Zip(Batches()))
                {
                    using var inner = NewDisposeScope();
                    sums.Add(answer, network.call(batch.Images.to(_device)));
                }

                CompleteShare(step, sums, sums.ToArchitectureResult(), started, steps.Count, outcomes);
                progress?.Report(new((done + 1.0) / steps.Count, double.NaN));
            }
        }

        // A batch is disposed of once the next one is asked for.
        IEnumerable<Batch> Batches()
        {
            foreach (var batch in BatchLoader.InOrder(data.Train, data.Normalization, images, EvaluationBatch))
            {
                using (batch)
                {
                    yield return batch;
                }
            }
        }
    }

    private StepOutcome FineTune(FineTuningStep step, TrainingContext context, long started)
    {
        using var network = Assemble(step.Teacher, step.Network, step.Precision, step.Operations, out var data);
        using var teacher = OpenTeacher(step.Teacher, step.Network, step.Precision, out _);
        var split = TrainingData.Create(data, step.HeldOut.Fraction, step.HeldOut.Seed);
        int[] images = Draw(split.Split.Train, step.StatisticsImages, step.HeldOut.Seed);
        BatchNormStatistics.Estimate(network, BatchLoader.InOrder(data.Train, data.Normalization, images, EvaluationBatch), _device, context.Cancellation);
        var before = Evaluator.Evaluate(network, data.Test, data.Normalization, null, _device, context.Cancellation);
        context = context with { EpochDone = epoch => _workspace.Steps.SaveEpoch(step.Key, epoch) };
        teacher.eval();
        var objective = new DistillationObjective(teacher, step.Distillation);
        new Trainer(network, split, step.Recipe, step.Epochs, Seed.Derive(step.Seed, (long)SeedUse.FineTuningOrder), context, objective.Of).Run();
        var test = Evaluator.Evaluate(network, data.Test, data.Normalization, null, _device, context.Cancellation);
        string weights = $"weights/{step.Key}.safetensors";
        NetworkWeights.Save(network, data.Normalization, PathOf(weights));
        var cost = network.Cost();
        var result = new FineTuningStepResult(test.Accuracy, before.Accuracy, test.Loss, cost.Parameters, cost.MultiplyAccumulates, weights);
        return Complete(step, result, started, test, context.Checkpoint);
    }

    private Network Assemble(string teacher, string name, Precision precision, IReadOnlyList<PlacedOperation> operations, out ImageData data)
    {
        var network = OpenTeacher(teacher, name, precision, out data);
        foreach (var placed in operations)
        {
            PutDistilled(network, network.Definition.PositionAt(placed.Position), OperationCatalog.Default.Parse(placed.Operation), placed.Distillation);
        }

        network.to(_device);
        return network;
    }

    private Operation Load(ScoreStep step, Network teacher)
    {
        var spec = OperationCatalog.Default.Parse(step.Candidate.Operation);
        using var layers = new LayerFactory(0); // distilled values follow
        var operation = spec.Create(teacher.Definition.PositionAt(step.Candidate.Position), layers);
        if (step.Candidate.Distillation is { } distillation)
        {
            NetworkWeights.Load(operation, PathOf(ResultOf<DistillationStepResult>(distillation).Weights));
        }

        operation.Layers = step.Precision.Layers();
        operation.to(_device);
        operation.eval();
        return operation;
    }

    // The job's time is shared out; a step whose answers are no numbers fails by itself.
    private void CompleteShare<TResult>(Step step, ScoreSums sums, TResult result, long started, int steps, Dictionary<string, StepOutcome> outcomes)
    {
        double seconds = Seconds(started) / steps;
        if (sums.IsFinite)
        {
            _workspace.Steps.Complete(step.Key, StepResults.ToJson(result), seconds);
            outcomes[step.Key] = StepOutcome.Done;
        }
        else
        {
            _workspace.Steps.Fail(step.Key, "the network's answers are no numbers: a candidate's distillation went astray; lower distillation.learningRate.", seconds);
            outcomes[step.Key] = StepOutcome.Failed;
        }
    }

    private static TStep CheckGroup<TStep, TGroup>(List<TStep> steps, Func<TStep, TGroup> group) => steps.Select(group).Distinct().Count() == 1
        ? steps[0]
        : throw new ArgumentException("Steps of different groups cannot share the teacher's passes.", nameof(steps));

    // Up to that many images, in an order by chance, so that batches hold all classes.
    private static int[] Draw(int[] indices, int most, int seed) =>
        [.. indices.OrderBy(i => Seed.Mix(seed, (long)SeedUse.ImageDraw, i)).ThenBy(i => i).Take(most)];
}
