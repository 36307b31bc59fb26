using Graft.Operations.Graphs;
using Graft.Runtime;
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

    /// <summary>
    /// A convolution that keeps the size at stride 1 (padding k / 2); <paramref name="kernel"/> is odd. Where batch norm follows it needs no bias.
    /// </summary>
    public Conv2d Convolution(int inputs, int outputs, int kernel, int stride = 1, int groups = 1, bool bias = false) =>
        Convolution(new ConvolutionLayer(inputs, outputs, kernel) { Stride = stride, Padding = kernel / 2, Groups = groups, Bias = bias });

    /// <summary>Any convolution; the initial values are those of the others.</summary>
    internal Conv2d Convolution(ConvolutionLayer convolution)
    {
        var (kernel, stride, padding, dilation) = (convolution.Kernel, convolution.Stride, convolution.Padding, convolution.Dilation);
        int inputs = convolution.Inputs, outputs = convolution.Outputs;
        var layer = nn.Conv2d(
            inputs, outputs, (kernel.Height, kernel.Width), (stride.Height, stride.Width), (padding.Height, padding.Width), (dilation.Height, dilation.Width),
            groups: convolution.Groups, bias: false, device: META);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = empty([outputs, kernel.Height, kernel.Width, inputs / convolution.Groups], device: _device);
        if (_generator is not null)
        {
            weight.normal_(0, Math.Sqrt(2.0 / (kernel.Height * kernel.Width * outputs)), _generator);
        }

        if (convolution.Bias)
        {
            layer.bias = new Parameter(zeros([outputs], device: _device).DetachFromDisposeScope());
        }

        layer.weight = new Parameter(weight.permute(0, 3, 1, 2).DetachFromDisposeScope()); // [C', C/g, k, k], channels last
        return layer;
    }

    /// <summary>Batch normalisation with momentum 0.1.</summary>
    public BatchNorm2d BatchNorm(int channels, double eps = 1e-5) => nn.BatchNorm2d(channels, eps, device: _device);

    /// <summary>A scale and shift of each channel, 1 and 0.</summary>
    internal ChannelScale Scale(int channels, bool scales, bool shifts) => new(channels, scales, shifts, _device);

    /// <summary>A parametric rectifier with slopes of 1/4 (He et al. 2015).</summary>
    internal PReLU PRelu(int slopes)
    {
        var layer = nn.PReLU(slopes, device: _device);
        using var _ = no_grad();
        layer.weight.FillInPlace(0.25); // once more: see TensorArithmetic
        return layer;
    }

    /// <summary>Normalisation over channels, scale 1 and shift 0.</summary>
    internal LayerNorm LayerNorm(int channels, double eps) => nn.LayerNorm(channels, eps, device: _device);

    /// <summary>A fully connected layer: uniform weights within ±1/√inputs (PyTorch's default), bias 0.</summary>
    public Linear Linear(int inputs, int outputs, bool bias = true)
    {
        var layer = nn.Linear(inputs, outputs, bias, device: _device);
        if (_generator is not null)
        {
            using var _ = no_grad();
            double bound = 1 / Math.Sqrt(inputs);
            layer.weight!.uniform_(-bound, bound, _generator);
            layer.bias?.zero_();
        }

        return layer;
    }

    /// <inheritdoc/>
    public void Dispose() => _generator?.Dispose();
}
