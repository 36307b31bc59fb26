using System.Collections.Concurrent;
using Graft.Networks;
using Graft.Operations;
using Graft.Operations.Kernels;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Training steps on a network: forward pass, loss, backward pass, update by <see cref="Sgd"/>. With several threads (torch's number when it is made) each of
/// them computes a part of the batch from end to end on a replica that shares the weights, with batch norm synchronised: data parallelism within a process,
/// which gives what one thread gives but for rounding, where the objective is a mean over images (the loss on feature maps is relative to the power of the maps
/// of each part). Threads so wait for one another at batch norms only, not in the middle of every operation as OpenMP's
/// do.
/// </summary>
internal sealed class NetworkTraining : IDisposable
{
    private readonly Network _network;
    private readonly Device _device;
    private readonly ITrainingObjective _objective;
    private readonly Sgd _sgd;
    private readonly List<Replica> _replicas = []; // beside the network itself
    private readonly ReplicaGroup? _group;

    /// <param name="network">The network, on the device.</param>
    /// <param name="recipe">The optimizer, and label smoothing where no objective is given.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="smallestBatch">Images of the smallest batch that a step will get.</param>
    /// <param name="objective">What is minimised; null for the cross-entropy on the labels.</param>
    public NetworkTraining(Network network, TrainingRecipe recipe, Device device, int smallestBatch, ITrainingObjective? objective = null)
    {
        (_network, _device, _objective) = (network, device, objective ?? new LabelObjective(recipe.LabelSmoothing));
        _sgd = new([.. network.OrderedParameters.Where(p => p.requires_grad)], recipe.Momentum, recipe.WeightDecay);
        int count = CanSynchronize(network, device) ? Math.Min(get_num_threads(), smallestBatch) : 1;
        if (count > 1)
        {
            _group = new(count);
            for (int i = 1; i < count; i++)
            {
                _replicas.Add(new(network.Replicate(), Invariant($"graft replica {i}")));
                _sgd.Share([.. _replicas[^1].Network.OrderedParameters]);
            }
        }
    }

    /// <summary>The optimizer's state; the network's own is the caller's.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => _sgd.State;

    /// <summary>Takes a step.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="labels">[N].</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <returns>The mean loss before the step and the number of images that were classified right.</returns>
    /// <exception cref="ObjectDisposedException">An earlier step failed in a replica: the training is at its end.</exception>
    public (double Loss, long Correct) Step(Tensor images, Tensor labels, double learningRate)
    {
        var (loss, correct) = _group is null ? Pass(_network, images, labels, 0, labels.shape[0]) : PassOfReplicas(_group, images, labels);
        _sgd.Step(learningRate);
        return (loss, correct);
    }

    public void Dispose()
    {
        _sgd.Dispose(); // takes the gradients from the replicas' parameters
        _replicas.ForEach(r => r.Dispose());
        _group?.Dispose();
    }

    // Batch norm is synchronised by our own kernel alone; what is frozen has values that replicas do not share.
    private static bool CanSynchronize(Network network, Device device) =>
        device.type == TorchSharp.DeviceType.CPU
        && network.Precision == Precision.BFloat16
        && network.parameters().All(p => p.requires_grad)
        && network.modules().OfType<BatchNorm2d>().All(bn => bn.weight!.numel() % BatchNormKernel.Lanes == 0);

    private (double Loss, long Correct) PassOfReplicas(ReplicaGroup group, Tensor images, Tensor labels)
    {
        ObjectDisposedException.ThrowIf(group.IsBroken, this);
        int count = _replicas.Count + 1, threads = get_num_threads();
        _replicas.ForEach(r => r.Network.train(_network.training));
        set_num_threads(1);
        var others = _replicas.Select((replica, i) => replica.Run(() => Part(replica.Network, i + 1))).ToList();
        try
        {
            var own = Part(_network, 0);
            var results = Task.WhenAll(others).GetAwaiter().GetResult().Prepend(own);
            return (results.Sum(r => r.Loss), results.Sum(r => r.Correct));
        }
        finally
        {
            // Also where this thread's part has failed: the tensors are the caller's.
            ((Task)Task.WhenAll(others)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            set_num_threads(threads);
        }

        (double Loss, long Correct) Part(Network network, int index)
        {
            using var membership = group.Enter(index);
            try
            {
                return Pass(network, images, labels, labels.shape[0] * index / count, labels.shape[0] * (index + 1) / count);
            }
            catch
            {
                group.Break();
                throw;
            }
        }
    }

    // On the images from start up to end; their share of the batch weighs the loss.
    private (double Loss, long Correct) Pass(Network network, Tensor images, Tensor labels, long start, long end)
    {
        using var scope = NewDisposeScope();
        double share = (double)(end - start) / labels.shape[0];
        var own = labels.narrow(0, start, end - start).to(_device);
        var input = images.narrow(0, start, end - start).to(_device);
        var (loss, logits) = _objective.Of(network, input, own);
        loss = loss.Times(share);
        loss.backward();
        using var _ = no_grad();
        return (loss.item<float>(), logits.argmax(1).eq(own).sum().item<long>());
    }

    /// <summary>A replica with the thread that it lives on.</summary>
    private sealed class Replica : IDisposable
    {
        private readonly BlockingCollection<Action> _work = [];
        private readonly Thread _thread;

        public Replica(Network network, string name)
        {
            Network = network;
            _thread = new(() =>
            {
                _ = get_num_threads(); // libtorch's own first look at the number of threads would undo the next line
                set_num_threads(1);
                foreach (var work in _work.GetConsumingEnumerable())
                {
                    work();
                }
            })
            { IsBackground = true, Name = name };
            _thread.Start();
        }

        public Network Network { get; }

        public Task<T> Run<T>(Func<T> work)
        {
            var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Add(() =>
            {
                try
                {
                    result.SetResult(work());
                }
                catch (Exception e)
                {
                    result.SetException(e);
                }
            });
            return result.Task;
        }

        public void Dispose()
        {
            _work.CompleteAdding();
            _thread.Join();
            _work.Dispose();
            Network.Dispose();
        }
    }
}
