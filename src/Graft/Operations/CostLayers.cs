using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>Follows shapes through layers and counts the multiply-accumulates of convolutions and fully connected layers for one image.</summary>
public sealed class CostLayers : ILayers<FeatureShape>
{
    /// <summary>The multiply-accumulates so far.</summary>
    public long MultiplyAccumulates { get; private set; }

    /// <inheritdoc/>
    public FeatureShape Convolution(Conv2d layer, FeatureShape x)
    {
        var kernel = layer.kernel_size!;
        int Size(int size, int axis) => (int)((size + 2 * layer.padding![axis] - kernel[axis]) / layer.stride![axis] + 1);
        var y = new FeatureShape((int)layer.out_channels, Size(x.Height, 0), Size(x.Width, 1));
        MultiplyAccumulates += kernel[0] * kernel[1] * (layer.in_channels / layer.groups) * y.Channels * y.Height * y.Width;
        return y;
    }

    /// <inheritdoc/>
    public FeatureShape BatchNorm(BatchNorm2d layer, FeatureShape x, Activation activation = Activation.None) => x;

    /// <inheritdoc/>
    public FeatureShape Add(FeatureShape x, FeatureShape y, Activation activation = Activation.None) => x == y
        ? x
        : throw new ArgumentException($"Cannot add feature maps of {x} and {y}.");

    /// <inheritdoc/>
    public FeatureShape Activate(FeatureShape x, Activation activation) => x;

    /// <inheritdoc/>
    public FeatureShape Gate(FeatureShape x, FeatureShape gate) => gate == new FeatureShape(x.Channels, 1, 1)
        ? x
        : throw new ArgumentException($"Cannot gate feature maps of {x} with {gate}.");

    /// <inheritdoc/>
    public FeatureShape SubsampleAndPad(FeatureShape x, int stride, int channels) =>
        new(channels, (x.Height + stride - 1) / stride, (x.Width + stride - 1) / stride);

    /// <inheritdoc/>
    public FeatureShape GlobalAveragePool(FeatureShape x) => new(x.Channels, 1, 1);

    /// <inheritdoc/>
    public FeatureShape Linear(Linear layer, FeatureShape x)
    {
        MultiplyAccumulates += layer.weight!.numel();
        return new((int)layer.weight.shape[0], 1, 1);
    }
}
