using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// The layers that operations are made of. An operation says once, in <see cref="Operation.Apply"/>, how its layers follow one another; running it
/// (<see cref="TensorLayers"/>) and counting what it costs (<see cref="CostLayers"/>) are two interpretations of that one description.
/// </summary>
/// <typeparam name="TValue">What flows between layers: a tensor [N, C, H, W], or only its shape.</typeparam>
public interface ILayers<TValue>
{
    /// <summary>Convolution, with the layer's bias if it has one: [N, C, H, W] -> [N, C', H', W'].</summary>
    TValue Convolution(Conv2d layer, TValue x);

    /// <summary>Batch normalisation over N, H and W, then an activation; the shape is kept.</summary>
    TValue BatchNorm(BatchNorm2d layer, TValue x, Activation activation = Activation.None);

    /// <summary>x + y, then an activation; the shapes are equal.</summary>
    TValue Add(TValue x, TValue y, Activation activation = Activation.None);

    /// <summary>An activation of its own, for what neither a normalisation nor an addition precedes; <paramref name="x"/> may be overwritten.</summary>
    TValue Activate(TValue x, Activation activation);

    /// <summary>x · sigmoid(gate): [N, C, H, W] and gates [N, C, 1, 1] -> [N, C, H, W].</summary>
    TValue Gate(TValue x, TValue gate);

    /// <summary>
    /// He et al. 2016, shortcut option A: takes every <paramref name="stride"/>-th pixel and pads zero channels evenly on both sides up to <paramref name="channels"/>.
    /// </summary>
    TValue SubsampleAndPad(TValue x, int stride, int channels);

    /// <summary>Mean over H and W: [N, C, H, W] -> [N, C, 1, 1].</summary>
    TValue GlobalAveragePool(TValue x);

    /// <summary>Fully connected layer with bias: [N, C, 1, 1] -> [N, K, 1, 1] in the tensor interpretation flattened to logits [N, K].</summary>
    TValue Linear(Linear layer, TValue x);
}
