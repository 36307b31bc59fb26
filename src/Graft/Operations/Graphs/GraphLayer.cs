using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations.Graphs;

/// <summary>A layer as data, without its weights: what <see cref="GraphOperation"/> makes, holds and runs.</summary>
internal abstract record GraphLayer
{
    /// <summary>Whether the result is a tensor that nobody needs for the backward pass, so that a rectifier may overwrite it.</summary>
    public virtual bool MayBeOverwritten => false;

    /// <summary>
    /// Whether each channel of the result is made of the same channel of the one input alone, and all channels in the same way: what it is given in another
    /// order, it gives in that order. A flattening does so for single pixels.
    /// </summary>
    public virtual bool TreatsChannelsAlike => false;

    /// <summary>Makes the module that holds the layer's weights, with fresh values; null for layers without.</summary>
    public virtual nn.Module? Create(LayerFactory layers) => null;

    /// <summary>Runs the layer.</summary>
    /// <param name="layers">What layers do.</param>
    /// <param name="module">What <see cref="Create"/> made.</param>
    /// <param name="x">What the layer takes.</param>
    /// <param name="keep">Whether others need the first value of <paramref name="x"/>, too.</param>
    public abstract TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep);
}

internal sealed record ConvolutionLayer(int Inputs, int Outputs, Pair Kernel) : GraphLayer
{
    public Pair Stride { get; init; } = 1;

    public Pair Padding { get; init; }

    public Pair Dilation { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public bool Bias { get; init; }

    public override bool MayBeOverwritten => true;

    public override nn.Module Create(LayerFactory layers) => layers.Convolution(this);

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) =>
        layers.Convolution((Conv2d)module!, x[0]);
}

internal sealed record BatchNormLayer(int Channels, double Epsilon) : GraphLayer
{
    public Activation Activation { get; init; }

    public override bool MayBeOverwritten => Activation.Kind == ActivationKind.None;

    public override nn.Module Create(LayerFactory layers) => layers.BatchNorm(Channels, Epsilon);

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) =>
        layers.BatchNorm((BatchNorm2d)module!, x[0], Activation);
}

internal sealed record AddLayer : GraphLayer
{
    public Activation Activation { get; init; }

    public override bool MayBeOverwritten => Activation.Kind == ActivationKind.None;

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Add(x[0], x[1], Activation);
}

internal sealed record ActivationLayer(Activation Activation) : GraphLayer
{
    public override bool TreatsChannelsAlike => true;

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) =>
        layers.Activate(x[0], Activation, keep);
}

internal sealed record MultiplyLayer : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Multiply(x[0], x[1]);
}

internal sealed record PadLayer(Padding Padding) : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Pad(x[0], Padding);
}

internal sealed record TakeLayer(Part Part) : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Take(x[0], Part);
}

internal sealed record PoolLayer(Pooling Pooling) : GraphLayer
{
    public override bool TreatsChannelsAlike => true;

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Pool(x[0], Pooling);
}

internal sealed record GlobalAveragePoolLayer : GraphLayer
{
    public override bool TreatsChannelsAlike => true;

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.GlobalAveragePool(x[0]);
}

internal sealed record ConcatLayer : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Concat(x);
}

internal sealed record ShuffleLayer(int Groups) : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Shuffle(x[0], Groups);
}

internal sealed record ScaleLayer(int Channels, bool Scales, bool Shifts) : GraphLayer
{
    public override nn.Module Create(LayerFactory layers) => layers.Scale(Channels, Scales, Shifts);

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) =>
        layers.Scale((ChannelScale)module!, x[0]);
}

internal sealed record RescaleLayer(IReadOnlyList<float> Scale, IReadOnlyList<float> Shift) : GraphLayer
{
    public override bool TreatsChannelsAlike => Scale.Count == 1;

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Rescale(x[0], Scale, Shift);
}

internal sealed record PReluLayer(int Slopes) : GraphLayer
{
    public override nn.Module Create(LayerFactory layers) => layers.PRelu(Slopes);

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.PRelu((PReLU)module!, x[0]);
}

internal sealed record ResponseNormLayer(ResponseNorm Norm) : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.ResponseNorm(x[0], Norm);
}

internal sealed record LayerNormLayer(int Channels, double Epsilon) : GraphLayer
{
    public override nn.Module Create(LayerFactory layers) => layers.LayerNorm(Channels, Epsilon);

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) =>
        layers.LayerNorm((LayerNorm)module!, x[0]);
}

internal sealed record FlattenLayer : GraphLayer
{
    public override bool TreatsChannelsAlike => true;

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Flatten(x[0]);
}

internal sealed record LinearLayer(int Inputs, int Outputs, bool Bias) : GraphLayer
{
    public override bool MayBeOverwritten => true;

    public override nn.Module Create(LayerFactory layers) => layers.Linear(Inputs, Outputs, Bias);

    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) => layers.Linear((Linear)module!, x[0]);
}
