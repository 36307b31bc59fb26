using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations;

/// <summary>
/// Makes layers with seeded initial values: convolutions normal with std √(2 / (k·k·C_out)) (He et al. 2015, fan-out), scales of batch norm 1, biases 0.
/// Convolution weights are stored channels-last, which is what makes convolutions fast on CPUs.
/// </summary>
/// <param name="seed">Equal seeds give equal layers, whatever else draws random numbers.</param>
public sealed class LayerFactory(long seed) : IDisposable
{
    private readonly Generator _generator = new((ulong)seed);

    /// <summary>A convolution without bias that keeps the size at stride 1 (padding k / 2); <paramref name="kernel"/> is odd.</summary>
    public Conv2d Convolution(int inputs, int outputs, int kernel, int stride = 1, int groups = 1)
    {
        var layer = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, groups: groups, bias: false);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        double std = Math.Sqrt(2.0 / (kernel * kernel * outputs));
        var weight = empty(outputs, kernel, kernel, inputs / groups).normal_(0, std, _generator).permute(0, 3, 1, 2); // [C', C/g, k, k], channels last
        layer.weight = new Parameter(weight.DetachFromDisposeScope());
        return layer;
    }

    /// <summary>Batch normalisation with eps 1e-5 and momentum 0.1.</summary>
    public static BatchNorm2d BatchNorm(int channels) => nn.BatchNorm2d(channels);

    /// <summary>A fully connected layer: uniform weights within ±1/√inputs (PyTorch's default), bias 0.</summary>
    public Linear Linear(int inputs, int outputs)
    {
        var layer = nn.Linear(inputs, outputs);
        using var _ = no_grad();
        double bound = 1 / Math.Sqrt(inputs);
        layer.weight!.uniform_(-bound, bound, _generator);
        layer.bias!.zero_();
        return layer;
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();
}
