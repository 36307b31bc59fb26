using Graft.Data;
using Graft.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Batch norm's stored statistics of a network that was put together from parts of others: they belong to those others, and are estimated anew.
/// </summary>
internal static class BatchNormStatistics
{
    /// <summary>
    /// Sets mean and variance of every batch norm to the average over batches, as networks of other switches or averages do (Izmailov et al. 2018, section
    /// 3.2).
    /// </summary>
    /// <param name="network">The network; it is left in training mode.</param>
    /// <param name="batches">Training images, [N, C, H, W] each; disposed of.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void Estimate(Network network, IEnumerable<Batch> batches, Device device, CancellationToken cancellation)
    {
        var layers = network.modules().OfType<BatchNorm2d>().Select(layer => (Layer: layer, layer.momentum)).ToList();
        network.train();
        using var _ = no_grad();
        try
        {
            foreach (var (index, batch) in batches.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using (batch)
                {
                    layers.ForEach(l => l.Layer.momentum = 1.0 / (index + 1)); // the cumulative average; nothing is left of what was there
                    network.call(batch.Images.to(device));
                }
            }
        }
        finally
        {
            layers.ForEach(l => l.Layer.momentum = l.momentum);
        }
    }
}
