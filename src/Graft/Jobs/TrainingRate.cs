using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Jobs;

/// <summary>How fast a network trains on this machine, from some steps.</summary>
internal static class TrainingRate
{
    private const int WarmUpSteps = 2, MeasuredSteps = 5;

    /// <summary>Measures training with all threads and with those of a worker.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="precision">The type of number that convolutions compute with.</param>
    /// <param name="recipe">Batch size and augmentation.</param>
    /// <param name="data">The data set.</param>
    /// <param name="device">Where it would run.</param>
    /// <param name="threads">How the cores are divided.</param>
    /// <param name="time">The clock.</param>
    public static WorkRate Measure(
        NetworkDefinition definition, Precision precision, TrainingRecipe recipe, ImageData data, string device, CoreAllocation threads, TimeProvider time)
    {
        using var shapes = Graft.Networks.Network.ShapesOnly(definition);
        double image = 3.0 * shapes.Cost().MultiplyAccumulates; // forward, gradient of inputs, gradient of weights
        double all = Of(threads.AllThreads), share = threads.ThreadsPerWorker == threads.AllThreads ? all : Of(threads.ThreadsPerWorker);
        return new(all * image, share * image, all);

        double Of(int count)
        {
            set_num_threads(count);
            using var network = new Network(definition);
            network.Precision = precision;
            var on = torch.device(device);
            network.to(on);
            network.train();
            int size = Math.Min(recipe.BatchSize, data.Train.Count);
            using var training = new NetworkTraining(network, recipe, on, size);
            var loader = new BatchLoader(data.Train, data.Normalization, [.. Enumerable.Range(0, size)], size, recipe.Augmentation, seed: 0);
            var seconds = new List<double>();
            for (int step = 0; step < WarmUpSteps + MeasuredSteps; step++)
            {
                using var batch = loader.Epoch(step).Single();
                long started = time.GetTimestamp();
                training.Step(batch.Images, batch.Labels, learningRate: 0);
                seconds.Add(time.GetElapsedTime(started).TotalSeconds);
            }

            return size / seconds.Skip(WarmUpSteps).Order().ElementAt(MeasuredSteps / 2);
        }
    }
}
