using Graft.Operations;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Onnx.Import;

/// <summary>
/// Mean and variance of what some batch normalisations take, over all images that they see; else the layers do what they do in fp32. In fp64.
/// </summary>
internal sealed class BatchNormMoments(IReadOnlySet<BatchNorm2d> watched) : ForwardingLayers<Tensor>(TensorLayers.Float32)
{
    private readonly Dictionary<BatchNorm2d, (Tensor Sum, Tensor Square, long Count)> _sums = [];

    /// <inheritdoc/>
    public override Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = default)
    {
        if (watched.Contains(layer))
        {
            using var scope = NewDisposeScope();
            var values = x.to(ScalarType.Float64);
            var (sum, square, count) = _sums.GetValueOrDefault(layer, (zeros([1], ScalarType.Float64), zeros([1], ScalarType.Float64), 0));
            _sums[layer] = (
                sum.Plus(values.sum([0, 2, 3])).DetachFromDisposeScope(),
                square.Plus(values.Squared().sum([0, 2, 3])).DetachFromDisposeScope(),
                count + x.numel() / x.shape[1]);
            sum.Dispose();
            square.Dispose();
        }

        return base.BatchNorm(layer, x, activation);
    }

    /// <summary>Sets the stored statistics, and the scale and shift that undo them.</summary>
    public void Set()
    {
        foreach (var (layer, (sum, square, count)) in _sums)
        {
            using var scope = NewDisposeScope();
            var mean = sum.Over(count);
            layer.running_mean!.copy_(mean);
            layer.running_var!.copy_((square.Over(count) - mean.Squared()).AtLeast(0));
            Undo(layer);
            sum.Dispose();
            square.Dispose();
        }
    }

    /// <summary>Gives a batch normalisation the scale √(variance + ε) and the shift mean: it does nothing in inference.</summary>
    public static void Undo(BatchNorm2d layer)
    {
        layer.weight!.copy_(layer.running_var!.Plus(layer.eps).sqrt());
        layer.bias!.copy_(layer.running_mean!);
    }
}
