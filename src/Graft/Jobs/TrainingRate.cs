using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using MathNet.Numerics.Statistics;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Jobs;

/// <summary>How fast a network trains on this machine, from some steps.</summary>
internal static class TrainingRate
{
    private const int WarmUpSteps = 2, MeasuredSteps = 5, FewestImages = 8;

    // Of a step, and of the steps in all: of large images fewer say as much.
    private const double MostWork = 200e9;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(8);

    /// <summary>Measures training with all threads and with those of a worker.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="precision">The type of number that convolutions compute with.</param>
    /// <param name="recipe">Batch size and augmentation.</param>
    /// <param name="data">The data set.</param>
    /// <param name="device">Where it would run.</param>
    /// <param name="threads">How the cores are divided.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public static WorkRate Measure(
        NetworkDefinition definition,
        Precision precision,
        TrainingRecipe recipe,
        ImageData data,
        string device,
        CoreAllocation threads,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        using var shapes = Graft.Networks.Network.ShapesOnly(definition);
        double image = 3.0 * shapes.Cost().Work; // forward, gradient of inputs, gradient of weights
        var (all, first) = Of(threads.AllThreads);
        double share = threads.ThreadsPerWorker == threads.AllThreads ? all : Of(threads.ThreadsPerWorker).Rate;
        return new(all * image, share * image, all, first);

        (double Rate, double First) Of(int count)
        {
            set_num_threads(count);
            using var network = new Network(definition);
            network.Precision = precision;
            var on = torch.device(device);
            network.to(on);
            network.train();
            int size = Math.Min(Math.Min(recipe.BatchSize, data.Train.Count), Math.Max(FewestImages, (int)Math.Min(MostWork / image, int.MaxValue)));
            using var training = new NetworkTraining(network, recipe, on, size);
            var loader = new BatchLoader(data.Train, data.Normalization, [.. Enumerable.Range(0, size)], size, recipe.Augmentation, seed: 0);
            var seconds = new List<double>();
            long begun = time.GetTimestamp();
            for (int step = 0; step < WarmUpSteps + MeasuredSteps && (step <= WarmUpSteps || time.GetElapsedTime(begun) < MostTime); step++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var batch = loader.Epoch(step).Single();
                long started = time.GetTimestamp();
                training.Step(batch.Images, batch.Labels, learningRate: 0);
                seconds.Add(time.GetElapsedTime(started).TotalSeconds);
            }

            double median = seconds.Skip(WarmUpSteps).Median();
            return (size / median, Math.Max(0, seconds[0] - median));
        }
    }
}
