using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations;

/// <summary>
/// Makes layers with seeded initial values: convolutions normal with std √(2 / (k·k·C_out)) (He et al. 2015, fan-out), scales of batch norm 1, biases 0.
/// Convolution weights are stored channels-last, which is what makes convolutions fast on CPUs.
/// </summary>
public sealed class LayerFactory : IDisposable
{
    private readonly Generator? _generator;
    private readonly Device _device;

    /// <param name="seed">Equal seeds give equal layers, whatever else draws random numbers.</param>
    public LayerFactory(long seed)
    {
        _generator = new((ulong)seed);
        _device = CPU;
    }

    private LayerFactory() => _device = META;

    /// <summary>A factory of layers that have shapes but neither memory nor values: enough to count what they cost, at once.</summary>
    public static LayerFactory ShapesOnly() => new();

    /// <summary>A convolution that keeps the size at stride 1 (padding k / 2); <paramref name="kernel"/> is odd. Where batch norm follows it needs no bias.</summary>
    public Conv2d Convolution(int inputs, int outputs, int kernel, int stride = 1, int groups = 1, bool bias = false)
    {
        var layer = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, groups: groups, bias: false, device: META);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = empty([outputs, kernel, kernel, inputs / groups], device: _device);
        if (_generator is not null)
        {
            weight.normal_(0, Math.Sqrt(2.0 / (kernel * kernel * outputs)), _generator);
        }

        if (bias)
        {
            layer.bias = new Parameter(zeros([outputs], device: _device).DetachFromDisposeScope());
        }

        layer.weight = new Parameter(weight.permute(0, 3, 1, 2).DetachFromDisposeScope()); // [C', C/g, k, k], channels last
        return layer;
    }

    /// <summary>Batch normalisation with eps 1e-5 and momentum 0.1.</summary>
    public BatchNorm2d BatchNorm(int channels) => nn.BatchNorm2d(channels, device: _device);

    /// <summary>A fully connected layer: uniform weights within ±1/√inputs (PyTorch's default), bias 0.</summary>
    public Linear Linear(int inputs, int outputs)
    {
        var layer = nn.Linear(inputs, outputs, device: _device);
        if (_generator is not null)
        {
            using var _ = no_grad();
            double bound = 1 / Math.Sqrt(inputs);
            layer.weight!.uniform_(-bound, bound, _generator);
            layer.bias!.zero_();
        }

        return layer;
    }

    /// <inheritdoc/>
    public void Dispose() => _generator?.Dispose();
}
