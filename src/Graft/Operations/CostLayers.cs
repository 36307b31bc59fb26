using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations;

/// <summary>Follows shapes through layers and counts the multiply-accumulates of convolutions and fully connected layers for one image.</summary>
internal sealed class CostLayers : ILayers<FeatureShape>
{
    private readonly HashSet<nn.Module> _used = new(ReferenceEqualityComparer.Instance);

    /// <summary>The multiply-accumulates so far.</summary>
    public long MultiplyAccumulates { get; private set; }

    /// <summary>The values that layers have written so far.</summary>
    public long Activations { get; private set; }

    /// <summary>The layers with values of their own that were run so far.</summary>
    public IReadOnlySet<nn.Module> Used => _used;

    /// <inheritdoc/>
    public FeatureShape Convolution(Conv2d layer, FeatureShape x)
    {
        _used.Add(layer);
        RequireChannels("convolution", layer.in_channels, x.Channels, x);
        var kernel = layer.kernel_size!;
        int Size(int size, int axis) => (int)((size + 2 * layer.padding![axis] - layer.dilation![axis] * (kernel[axis] - 1) - 1) / layer.stride![axis] + 1);
        var y = new FeatureShape((int)layer.out_channels, Size(x.Height, 0), Size(x.Width, 1));
        MultiplyAccumulates += kernel[0] * kernel[1] * (layer.in_channels / layer.groups) * y.Channels * y.Height * y.Width;
        return Written(y);
    }

    /// <inheritdoc/>
    public FeatureShape BatchNorm(BatchNorm2d layer, FeatureShape x, Activation activation = default)
    {
        RequireChannels("batch norm", layer.num_features, x.Channels, x);
        return Kept(layer, x);
    }

    /// <inheritdoc/>
    public FeatureShape Add(FeatureShape x, FeatureShape y, Activation activation = default) => x == y
        ? Written(x)
        : throw new ArgumentException($"Cannot add feature maps of {x} and {y}.");

    /// <inheritdoc/>
    public FeatureShape Activate(FeatureShape x, Activation activation, bool keep = false) => Written(x);

    /// <inheritdoc/>
    public FeatureShape Gate(FeatureShape x, FeatureShape gate) => gate == new FeatureShape(x.Channels, 1, 1)
        ? Written(x)
        : throw new ArgumentException($"Cannot gate feature maps of {x} with {gate}.");

    /// <inheritdoc/>
    public FeatureShape SubsampleAndPad(FeatureShape x, int stride, int channels) =>
        Written(new(channels, (x.Height + stride - 1) / stride, (x.Width + stride - 1) / stride));

    /// <inheritdoc/>
    public FeatureShape GlobalAveragePool(FeatureShape x) => new(x.Channels, 1, 1);

    /// <inheritdoc/>
    public FeatureShape Linear(Linear layer, FeatureShape x)
    {
        _used.Add(layer);
        RequireChannels("fully connected layer", layer.weight!.shape[1], (long)x.Channels * x.Height * x.Width, x);
        MultiplyAccumulates += layer.weight.numel();
        return new((int)layer.weight.shape[0], 1, 1);
    }

    /// <inheritdoc/>
    public FeatureShape Multiply(FeatureShape x, FeatureShape y) => x == y || y == new FeatureShape(x.Channels, 1, 1)
        ? Written(x)
        : throw new ArgumentException($"Cannot multiply feature maps of {x} and {y}.");

    /// <inheritdoc/>
    public FeatureShape Pad(FeatureShape x, Padding padding)
    {
        var size = padding.Edges.Around(new(x.Height, x.Width));
        return Written(new(x.Channels + padding.ChannelsBefore + padding.ChannelsAfter, size.Height, size.Width));
    }

    /// <inheritdoc/>
    public FeatureShape Take(FeatureShape x, Part part) => part.Of(x);

    /// <inheritdoc/>
    public FeatureShape Pool(FeatureShape x, Pooling pooling) => Written(pooling.Of(x));

    /// <inheritdoc/>
    public FeatureShape Concat(IReadOnlyList<FeatureShape> values) => values.All(v => (v.Height, v.Width) == (values[0].Height, values[0].Width))
        ? Written(values[0] with { Channels = values.Sum(v => v.Channels) })
        : throw new ArgumentException($"Cannot join feature maps of {string.Join(" and ", values.Select(v => Invariant($"{v}")))}.");

    /// <inheritdoc/>
    public FeatureShape Shuffle(FeatureShape x, int groups) => Written(x);

    /// <inheritdoc/>
    public FeatureShape Scale(ChannelScale layer, FeatureShape x) => Kept(layer, x);

    /// <inheritdoc/>
    public FeatureShape Rescale(FeatureShape x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) => Written(x);

    /// <inheritdoc/>
    public FeatureShape PRelu(PReLU layer, FeatureShape x) => Kept(layer, x);

    /// <inheritdoc/>
    public FeatureShape ResponseNorm(FeatureShape x, ResponseNorm norm) => Written(x);

    /// <inheritdoc/>
    public FeatureShape LayerNorm(LayerNorm layer, FeatureShape x) => Kept(layer, x);

    /// <inheritdoc/>
    public FeatureShape Flatten(FeatureShape x) => new(x.Channels * x.Height * x.Width, 1, 1);

    private FeatureShape Kept(nn.Module layer, FeatureShape x)
    {
        _used.Add(layer);
        return Written(x);
    }

    private FeatureShape Written(FeatureShape y)
    {
        Activations += y.Values;
        return y;
    }

    private static void RequireChannels(string layer, long made, long given, FeatureShape x)
    {
        if (made != given)
        {
            throw new ArgumentException(Invariant($"A {layer} made for {made} channels cannot take the {given} of {x}."));
        }
    }
}
