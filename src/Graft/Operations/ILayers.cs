using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// The layers that operations are made of. An operation says once, in <see cref="Operation.Apply"/>, how its layers follow one another; running it
/// (<see cref="TensorLayers"/>) and counting what it costs are two interpretations of that one description.
/// </summary>
/// <typeparam name="TValue">What flows between layers: a tensor [N, C, H, W], or only its shape.</typeparam>
public interface ILayers<TValue>
{
    /// <summary>Convolution, with the layer's bias if it has one: [N, C, H, W] -> [N, C', H', W'].</summary>
    TValue Convolution(Conv2d layer, TValue x);

    /// <summary>Batch normalisation over N, H and W, then an activation; the shape is kept.</summary>
    TValue BatchNorm(BatchNorm2d layer, TValue x, Activation activation = default);

    /// <summary>x + y, then an activation; the shapes are equal.</summary>
    TValue Add(TValue x, TValue y, Activation activation = default);

    /// <summary>
    /// An activation of its own, for what neither a normalisation nor an addition precedes; <paramref name="x"/> may be overwritten unless
    /// <paramref name="keep"/> is set.
    /// </summary>
    TValue Activate(TValue x, Activation activation, bool keep = false);

    /// <summary>x · sigmoid(gate): [N, C, H, W] and gates [N, C, 1, 1] -> [N, C, H, W].</summary>
    TValue Gate(TValue x, TValue gate);

    /// <summary>
    /// He et al. 2016, shortcut option A: takes every <paramref name="stride"/>-th pixel and pads zero channels evenly on both sides up to
    /// <paramref name="channels"/>.
    /// </summary>
    TValue SubsampleAndPad(TValue x, int stride, int channels);

    /// <summary>Mean over H and W: [N, C, H, W] -> [N, C, 1, 1].</summary>
    TValue GlobalAveragePool(TValue x);

    /// <summary>
    /// Fully connected layer on all values of an image: [N, C, H, W] -> [N, K, 1, 1], in the tensor interpretation flattened to logits [N, K].
    /// </summary>
    TValue Linear(Linear layer, TValue x);

    /// <summary>x · y of equal shapes, or with y [N, C, 1, 1].</summary>
    TValue Multiply(TValue x, TValue y);

    /// <summary>Values added around a feature map.</summary>
    TValue Pad(TValue x, Padding padding);

    /// <summary>A part of a feature map.</summary>
    TValue Take(TValue x, Part part);

    /// <summary>The largest value or the mean of each window.</summary>
    TValue Pool(TValue x, Pooling pooling);

    /// <summary>Feature maps of one size one behind the other: channels add up.</summary>
    TValue Concat(IReadOnlyList<TValue> values);

    /// <summary>ShuffleNet's shuffle (Zhang et al. 2018, section 3.1): channel i · C/groups + j becomes j · groups + i.</summary>
    TValue Shuffle(TValue x, int groups);

    /// <summary>x · weight + bias of each channel, trained.</summary>
    TValue Scale(ChannelScale layer, TValue x);

    /// <summary>x · scale + shift with fixed numbers: one for all channels, or one for each.</summary>
    TValue Rescale(TValue x, IReadOnlyList<float> scale, IReadOnlyList<float> shift);

    /// <summary>x where it is positive, weight · x elsewhere, the weight trained: one for all channels, or one for each.</summary>
    TValue PRelu(PReLU layer, TValue x);

    /// <summary>Local response normalisation.</summary>
    TValue ResponseNorm(TValue x, ResponseNorm norm);

    /// <summary>Normalisation over the channels of each pixel, with a trained scale and shift (ConvNeXt).</summary>
    TValue LayerNorm(LayerNorm layer, TValue x);

    /// <summary>All values of an image as channels: [N, C, H, W] -> [N, CHW, 1, 1], in the tensor interpretation [N, CHW].</summary>
    TValue Flatten(TValue x);
}
