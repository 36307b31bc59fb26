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
    /// <param name="layer">The convolution, with weights [C', C / groups, k, k].</param>
    /// <param name="x">[N, C, H, W].</param>
    TValue Convolution(Conv2d layer, TValue x);

    /// <summary>Batch normalisation over N, H and W, then an activation; the shape is kept.</summary>
    /// <param name="layer">The normalisation, of C channels.</param>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="activation">Follows it; none by default.</param>
    TValue BatchNorm(BatchNorm2d layer, TValue x, Activation activation = default);

    /// <summary>x + y of equal shapes, then an activation.</summary>
    /// <param name="x">One summand, [N, C, H, W].</param>
    /// <param name="y">The other, of the same shape.</param>
    /// <param name="activation">Follows it; none by default.</param>
    TValue Add(TValue x, TValue y, Activation activation = default);

    /// <summary>An activation of its own, for what neither a normalisation nor an addition precedes.</summary>
    /// <param name="x">[N, C, H, W]; it may be overwritten unless <paramref name="keep"/> is set.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="keep">Whether <paramref name="x"/> is used again and must stay as it is.</param>
    TValue Activate(TValue x, Activation activation, bool keep = false);

    /// <summary>x · sigmoid(gate): [N, C, H, W] and gates [N, C, 1, 1] -> [N, C, H, W].</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="gate">What the sigmoid is taken of, [N, C, 1, 1].</param>
    TValue Gate(TValue x, TValue gate);

    /// <summary>
    /// He et al. 2016, shortcut option A: takes every <paramref name="stride"/>-th pixel and pads zero channels evenly on both sides up to
    /// <paramref name="channels"/>.
    /// </summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="stride">Pixels from one that is taken to the next, in both directions.</param>
    /// <param name="channels">The channels of what comes out, at least C.</param>
    TValue SubsampleAndPad(TValue x, int stride, int channels);

    /// <summary>Mean over H and W: [N, C, H, W] -> [N, C, 1, 1].</summary>
    /// <param name="x">[N, C, H, W].</param>
    TValue GlobalAveragePool(TValue x);

    /// <summary>
    /// Fully connected layer on all values of an image: [N, C, H, W] -> [N, K, 1, 1], in the tensor interpretation flattened to logits [N, K].
    /// </summary>
    /// <param name="layer">The layer, with weights [K, CHW].</param>
    /// <param name="x">[N, C, H, W].</param>
    TValue Linear(Linear layer, TValue x);

    /// <summary>x · y of equal shapes, or with y [N, C, 1, 1].</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="y">The same shape, or [N, C, 1, 1].</param>
    TValue Multiply(TValue x, TValue y);

    /// <summary>Values added around a feature map.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="padding">How many values at each side, and which.</param>
    TValue Pad(TValue x, Padding padding);

    /// <summary>A part of a feature map.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="part">Which part.</param>
    TValue Take(TValue x, Part part);

    /// <summary>The largest value or the mean of each window.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="pooling">The kind of pooling, and its windows in pixels.</param>
    TValue Pool(TValue x, Pooling pooling);

    /// <summary>Feature maps of one size one behind the other: channels add up.</summary>
    /// <param name="values">At least one, [N, C, H, W] each, of the same N, H and W.</param>
    TValue Concat(IReadOnlyList<TValue> values);

    /// <summary>ShuffleNet's shuffle (Zhang et al. 2018, section 3.1): channel i · C/groups + j becomes j · groups + i.</summary>
    /// <param name="x">[N, C, H, W], C a multiple of the groups.</param>
    /// <param name="groups">The groups that channels are in.</param>
    TValue Shuffle(TValue x, int groups);

    /// <summary>x · weight + bias of each channel, trained.</summary>
    /// <param name="layer">Weight and bias of each of C channels.</param>
    /// <param name="x">[N, C, H, W].</param>
    TValue Scale(ChannelScale layer, TValue x);

    /// <summary>x · scale + shift with fixed numbers: one for all channels, or one for each.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="scale">One factor, or C.</param>
    /// <param name="shift">What is added: one number, or C.</param>
    TValue Rescale(TValue x, IReadOnlyList<float> scale, IReadOnlyList<float> shift);

    /// <summary>x where it is positive, weight · x elsewhere, the weight trained: one for all channels, or one for each.</summary>
    /// <param name="layer">One weight, or C.</param>
    /// <param name="x">[N, C, H, W].</param>
    TValue PRelu(PReLU layer, TValue x);

    /// <summary>Local response normalisation.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="norm">Its numbers.</param>
    TValue ResponseNorm(TValue x, ResponseNorm norm);

    /// <summary>Normalisation over the channels of each pixel, with a trained scale and shift (ConvNeXt).</summary>
    /// <param name="layer">The normalisation, of C channels.</param>
    /// <param name="x">[N, C, H, W].</param>
    TValue LayerNorm(LayerNorm layer, TValue x);

    /// <summary>All values of an image as channels: [N, C, H, W] -> [N, CHW, 1, 1], in the tensor interpretation [N, CHW].</summary>
    /// <param name="x">[N, C, H, W].</param>
    TValue Flatten(TValue x);
}
