using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// Squared error of a candidate's output, divided by the mean square of the teacher's (<b>Puzzle</b>: MSE(t, s) / MSE(t, 0)), summed over batches.
/// </summary>
internal sealed class RelativeError
{
    private double _error, _power;

    /// <summary>The error so far; 0 where the teacher's output is 0 everywhere.</summary>
    public double Value => _power > 0 ? _error / _power : 0;

    /// <summary>Whether all outputs were numbers.</summary>
    public bool IsFinite => double.IsFinite(_error);

    /// <summary>Adds a batch.</summary>
    /// <param name="output">The candidate's output, [N, C, H, W].</param>
    /// <param name="target">The teacher's, of the same shape.</param>
    public void Add(Tensor output, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var t = target.to(ScalarType.Float32);
        _error += (output.to(ScalarType.Float32) - t).Squared().sum(ScalarType.Float64).item<double>();
        _power += t.Squared().sum(ScalarType.Float64).item<double>();
    }
}
