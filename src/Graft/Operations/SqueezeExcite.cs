using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// Squeeze and excitation (Hu et al. 2018, section 3): every channel is scaled by a gate in (0, 1) that two 1×1 convolutions, with a ReLU between them, compute
/// from the means of all channels. Public, for operations outside the library.
/// </summary>
internal sealed class SqueezeExcite : Operation
{
    private readonly Conv2d _reduce, _expand;

    /// <param name="channels">The channels of input and output.</param>
    /// <param name="ratio">Channels between the two convolutions as a part of <paramref name="channels"/>; at least one channel.</param>
    /// <param name="layers">Makes the layers.</param>
    public SqueezeExcite(int channels, double ratio, LayerFactory layers)
        : base("squeeze-excite")
    {
        int squeezed = Math.Max(1, (int)Math.Round(ratio * channels));
        _reduce = Register("reduce", layers.Convolution(channels, squeezed, kernel: 1, bias: true));
        _expand = Register("expand", layers.Convolution(squeezed, channels, kernel: 1, bias: true));
    }

    /// <inheritdoc/>
    public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
    {
        var squeezed = layers.Activate(layers.Convolution(_reduce, layers.GlobalAveragePool(x)), Activation.Relu);
        return layers.Gate(x, layers.Convolution(_expand, squeezed));
    }
}
