using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations;

/// <summary>Layers that do what others do: a base for interpretations that differ from them, or look at what they give, in a few.</summary>
/// <param name="inner">What runs the layers.</param>
public abstract class ForwardingLayers(ILayers<Tensor> inner) : ILayers<Tensor>
{
    /// <inheritdoc/>
    public virtual Tensor Convolution(Conv2d layer, Tensor x) => inner.Convolution(layer, x);

    /// <inheritdoc/>
    public virtual Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = default) => inner.BatchNorm(layer, x, activation);

    /// <inheritdoc/>
    public virtual Tensor Add(Tensor x, Tensor y, Activation activation = default) => inner.Add(x, y, activation);

    /// <inheritdoc/>
    public virtual Tensor Activate(Tensor x, Activation activation, bool keep = false) => inner.Activate(x, activation, keep);

    /// <inheritdoc/>
    public virtual Tensor Gate(Tensor x, Tensor gate) => inner.Gate(x, gate);

    /// <inheritdoc/>
    public virtual Tensor SubsampleAndPad(Tensor x, int stride, int channels) => inner.SubsampleAndPad(x, stride, channels);

    /// <inheritdoc/>
    public virtual Tensor GlobalAveragePool(Tensor x) => inner.GlobalAveragePool(x);

    /// <inheritdoc/>
    public virtual Tensor Linear(Linear layer, Tensor x) => inner.Linear(layer, x);

    /// <inheritdoc/>
    public virtual Tensor Multiply(Tensor x, Tensor y) => inner.Multiply(x, y);

    /// <inheritdoc/>
    public virtual Tensor Pad(Tensor x, Padding padding) => inner.Pad(x, padding);

    /// <inheritdoc/>
    public virtual Tensor Take(Tensor x, Part part) => inner.Take(x, part);

    /// <inheritdoc/>
    public virtual Tensor Pool(Tensor x, Pooling pooling) => inner.Pool(x, pooling);

    /// <inheritdoc/>
    public virtual Tensor Concat(IReadOnlyList<Tensor> values) => inner.Concat(values);

    /// <inheritdoc/>
    public virtual Tensor Shuffle(Tensor x, int groups) => inner.Shuffle(x, groups);

    /// <inheritdoc/>
    public virtual Tensor Scale(ChannelScale layer, Tensor x) => inner.Scale(layer, x);

    /// <inheritdoc/>
    public virtual Tensor Rescale(Tensor x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) => inner.Rescale(x, scale, shift);

    /// <inheritdoc/>
    public virtual Tensor PRelu(PReLU layer, Tensor x) => inner.PRelu(layer, x);

    /// <inheritdoc/>
    public virtual Tensor ResponseNorm(Tensor x, ResponseNorm norm) => inner.ResponseNorm(x, norm);

    /// <inheritdoc/>
    public virtual Tensor LayerNorm(LayerNorm layer, Tensor x) => inner.LayerNorm(layer, x);

    /// <inheritdoc/>
    public virtual Tensor Flatten(Tensor x) => inner.Flatten(x);
}
