using Graft.Analysis;
using Graft.Data;
using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Trains a network, on labels if nothing else is said. Parameters that need no gradient stay as they are. Interrupted at any moment and run again with the
/// same checkpoint file, it ends with bit-identical weights (same machine, device and number of threads): order and augmentation of the images follow from
/// the seed, and everything else is in the checkpoint.
/// </summary>
internal sealed class Trainer
{
    private readonly Network _network;
    private readonly TrainingData _data;
    private readonly TrainingRecipe _recipe;
    private readonly int _epochs;
    private readonly TrainingContext _context;
    private readonly BatchLoader _loader;
    private readonly CosineSchedule _schedule;
    private readonly ITrainingObjective _objective;

    /// <param name="network">The network, with the values that it starts from; on the context's device.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="recipe">How to train.</param>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="seed">Decides the order and the augmentation of the images.</param>
    /// <param name="context">Where and for whom.</param>
    /// <param name="objective">What is minimised; null for the cross-entropy on the labels.</param>
    public Trainer(
        Network network, TrainingData data, TrainingRecipe recipe, int epochs, int seed, TrainingContext context, ITrainingObjective? objective = null)
    {
        _objective = objective ?? new LabelObjective(recipe.LabelSmoothing);
        _network = network;
        _data = data;
        _recipe = recipe;
        _epochs = epochs;
        _context = context;
        _loader = new(data.Data.Train, data.Data.Normalization, data.Split.Train, recipe.BatchSize, recipe.Augmentation, seed);
        int steps = epochs * _loader.BatchesPerEpoch;
        _schedule = new(recipe.LearningRate, steps, (int)(recipe.WarmUp * steps));
    }

    /// <summary>Trains to the end, from the checkpoint if there is one, and returns the epochs.</summary>
    /// <exception cref="DivergedException">The loss is not finite any more.</exception>
    /// <exception cref="RunException">A checkpoint cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; a checkpoint has been written.</exception>
    public IReadOnlyList<EpochResult> Run()
    {
        int smallestBatch = _data.Split.Train.Length / _loader.BatchesPerEpoch;
        using var training = new NetworkTraining(_network, _recipe, _context.Device, smallestBatch, _objective);
        var state = Restore(training);
        foreach (var epoch in state.History)
        {
            _context.EpochDone?.Invoke(epoch);
        }

        while (state.Epoch < _epochs)
        {
            state = TrainEpoch(training, state);
            _context.EpochDone?.Invoke(state.History[^1]);
            Save(training, state);
        }

        return state.History;
    }

    private TrainingState TrainEpoch(NetworkTraining training, TrainingState state)
    {
        _network.train();
        long started = _context.Time.GetTimestamp();
        double secondsBefore = state.Seconds;
        foreach (var batch in _loader.Epoch(state.Epoch, state.Batch))
        {
            using (batch)
            {
                int step = state.Epoch * _loader.BatchesPerEpoch + state.Batch;
                var (loss, correct) = training.Step(batch.Images, batch.Labels, _schedule.At(step));
                if (!double.IsFinite(loss))
                {
                    throw new DivergedException(
                        Invariant(
                            $"training diverged: the loss is {loss} in epoch {state.Epoch + 1}, step {state.Batch + 1}; lower the learning rate ({_recipe.LearningRate})."
                        )
                    );
                }

                state = state with
                {
                    Batch = state.Batch + 1,
                    LossSum = state.LossSum + loss * batch.Count,
                    Correct = state.Correct + correct,
                    Images = state.Images + batch.Count,
                    Seconds = secondsBefore + _context.Time.GetElapsedTime(started).TotalSeconds,
                };
                long perEpoch = _data.Split.Train.Length;
                _context.Progress?.Report(new(state.Epoch * perEpoch + state.Images, _epochs * perEpoch, loss));
            }

            if (_context.Cancellation.IsCancellationRequested || _context.Checkpoint is { IsDue: true })
            {
                Save(training, state);
                _context.Cancellation.ThrowIfCancellationRequested();
            }
        }

        var result = new EpochResult
        {
            Epoch = state.Epoch + 1,
            TrainingLoss = state.LossSum / state.Images,
            TrainingAccuracy = (double)state.Correct / state.Images,
            HeldOutAccuracy = HeldOutAccuracy(training, state),
            LearningRate = _schedule.At((state.Epoch + 1) * _loader.BatchesPerEpoch - 1),
            Seconds = secondsBefore + _context.Time.GetElapsedTime(started).TotalSeconds,
        };
        return new() { Epoch = state.Epoch + 1, History = [.. state.History, result] };
    }

    private double? HeldOutAccuracy(NetworkTraining training, TrainingState state)
    {
        if (_data.Split.HeldOut.Length == 0)
        {
            return null;
        }

        try
        {
            return Evaluator.Evaluate(
                _network, _data.Data.Train, _data.Data.Normalization, _data.Split.HeldOut, _context.Device, _context.Cancellation).Accuracy;
        }
        catch (OperationCanceledException)
        {
            Save(training, state); // all batches of the epoch are done
            throw;
        }
    }

    private TrainingState Restore(NetworkTraining training)
    {
        using var file = _context.Checkpoint?.TryLoad();
        if (file is null)
        {
            return new();
        }

        using var _ = no_grad();
        foreach (var (name, tensor) in _network.NamedTensors().Concat(training.State))
        {
            tensor.copy_(file.Tensors[name]);
        }

        return TrainingState.FromMetadata(file.Metadata);
    }

    private void Save(NetworkTraining training, TrainingState state) =>
        _context.Checkpoint?.Save(_network.NamedTensors().Concat(training.State), state.ToMetadata());
}
