using Graft.Data;
using Graft.Engine;
using Graft.Measures;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using TorchSharp;

namespace Graft.Steps;

/// <content>Steps that look at distilled candidates before anything is trained.</content>
public sealed partial class StepExecutor
{
    private StepOutcome Measure(PredictorStep step, long started, CancellationToken cancellation)
    {
        using var teacher = OpenTeacher(step.Teacher, step.Network, step.Precision, out var data);
        using var swapped = OpenTeacher(step.Teacher, step.Network, step.Precision, out _);
        var position = swapped.Definition.PositionAt(step.Position);
        PutDistilled(swapped, position, OperationCatalog.Default.Parse(step.Operation), step.Distillation);
        swapped.to(_device);
        var batches = HeldOutBatches(data, step.HeldOut, step.Recipe);
        try
        {
            return Complete(step, new PredictorMeasurement(teacher, swapped, position, _device).Measure(batches, _time, cancellation), started);
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
        }
    }

    private StepOutcome Compare(SimilarityStep step, long started, CancellationToken cancellation)
    {
        using var teacher = OpenTeacher(step.Teacher, step.Network, step.Precision, out var data);
        var position = teacher.Definition.PositionAt(step.Position);
        var candidates = new List<Operation>();
        var batches = HeldOutBatches(data, step.HeldOut, step.Recipe);
        try
        {
            foreach (var candidate in step.Candidates)
            {
                cancellation.ThrowIfCancellationRequested();
                candidates.Add(Distilled(teacher, position, candidate));
            }

            var cka = OperationSimilarity.Measure(teacher, position, candidates, [.. batches.Select(b => b.Images.to(_device))]);
            return Complete(step, new SimilarityStepResult([.. cka.Select(row => row.Select(v => double.IsFinite(v) ? v : (double?)null).ToList())]), started);
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
            candidates.Where(c => c != teacher.OperationAt(position)).ToList().ForEach(c => c.Dispose());
        }
    }

    private Operation Distilled(Network teacher, Position position, SimilarityCandidate candidate)
    {
        if (candidate.Operation == TeacherOperation.FamilyName)
        {
            return teacher.OperationAt(position);
        }

        using var layers = new LayerFactory(0); // distilled values follow
        var operation = OperationCatalog.Default.Parse(candidate.Operation).Create(position, layers);
        if (candidate.Distillation is { } distillation)
        {
            NetworkWeights.Load(operation, PathOf(ResultOf<DistillationStepResult>(distillation).Weights));
        }

        operation.to(_device);
        return operation;
    }

    // The whole part is shuffled before some are taken: an image folder lists its images class by class.
    private static List<Batch> HeldOutBatches(ImageData data, HeldOutPart part, PredictorRecipe recipe)
    {
        var heldOut = HeldOutSplit.Create(data.Train.Labels, part.Fraction, part.Seed).HeldOut;
        var drawn = heldOut.OrderBy(i => Seed.Mix(part.Seed, (long)SeedUse.PredictorImages, i)).Take(recipe.Images).ToList();
        return [.. BatchLoader.InOrder(data.Train, data.Normalization, drawn, recipe.BatchSize)];
    }

    private StepOutcome Complete<TResult>(Step step, TResult result, long started)
    {
        _workspace.Steps.Complete(step.Key, StepResults.ToJson(result), Seconds(started));
        return StepOutcome.Done;
    }
}
