using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>Layers that do what others do: a base for interpretations that differ from them, or look at what they give, in a few.</summary>
/// <typeparam name="TValue">What flows between layers.</typeparam>
/// <param name="inner">What runs the layers.</param>
internal abstract class ForwardingLayers<TValue>(ILayers<TValue> inner) : ILayers<TValue>
{
    /// <inheritdoc/>
    public virtual TValue Convolution(Conv2d layer, TValue x) => inner.Convolution(layer, x);

    /// <inheritdoc/>
    public virtual TValue BatchNorm(BatchNorm2d layer, TValue x, Activation activation = default) => inner.BatchNorm(layer, x, activation);

    /// <inheritdoc/>
    public virtual TValue Add(TValue x, TValue y, Activation activation = default) => inner.Add(x, y, activation);

    /// <inheritdoc/>
    public virtual TValue Activate(TValue x, Activation activation, bool keep = false) => inner.Activate(x, activation, keep);

    /// <inheritdoc/>
    public virtual TValue Gate(TValue x, TValue gate) => inner.Gate(x, gate);

    /// <inheritdoc/>
    public virtual TValue SubsampleAndPad(TValue x, int stride, int channels) => inner.SubsampleAndPad(x, stride, channels);

    /// <inheritdoc/>
    public virtual TValue GlobalAveragePool(TValue x) => inner.GlobalAveragePool(x);

    /// <inheritdoc/>
    public virtual TValue Linear(Linear layer, TValue x) => inner.Linear(layer, x);

    /// <inheritdoc/>
    public virtual TValue Multiply(TValue x, TValue y) => inner.Multiply(x, y);

    /// <inheritdoc/>
    public virtual TValue Pad(TValue x, Padding padding) => inner.Pad(x, padding);

    /// <inheritdoc/>
    public virtual TValue Take(TValue x, Part part) => inner.Take(x, part);

    /// <inheritdoc/>
    public virtual TValue Pool(TValue x, Pooling pooling) => inner.Pool(x, pooling);

    /// <inheritdoc/>
    public virtual TValue Concat(IReadOnlyList<TValue> values) => inner.Concat(values);

    /// <inheritdoc/>
    public virtual TValue Shuffle(TValue x, int groups) => inner.Shuffle(x, groups);

    /// <inheritdoc/>
    public virtual TValue Scale(ChannelScale layer, TValue x) => inner.Scale(layer, x);

    /// <inheritdoc/>
    public virtual TValue Rescale(TValue x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) => inner.Rescale(x, scale, shift);

    /// <inheritdoc/>
    public virtual TValue PRelu(PReLU layer, TValue x) => inner.PRelu(layer, x);

    /// <inheritdoc/>
    public virtual TValue ResponseNorm(TValue x, ResponseNorm norm) => inner.ResponseNorm(x, norm);

    /// <inheritdoc/>
    public virtual TValue LayerNorm(LayerNorm layer, TValue x) => inner.LayerNorm(layer, x);

    /// <inheritdoc/>
    public virtual TValue Flatten(TValue x) => inner.Flatten(x);
}
