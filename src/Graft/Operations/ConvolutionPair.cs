using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>Conv k×k to the hidden channels (carries the stride), BN, ReLU, conv k×k to C_out, BN; with or without a skip.</summary>
internal sealed class ConvolutionPair : Operation
{
    private readonly Activation _last;
    private readonly Conv2d _conv1, _conv2;
    private readonly BatchNorm2d _bn1, _bn2;
    private readonly Shortcut? _shortcut;

    public ConvolutionPair(string name, int hidden, int kernel, bool skip, Position position, LayerFactory layers)
        : base(name)
    {
        _last = position.OutputActivation;
        _conv1 = Register("conv1", layers.Convolution(position.Input.Channels, hidden, kernel, position.Stride));
        _bn1 = Register("bn1", layers.BatchNorm(hidden));
        _conv2 = Register("conv2", layers.Convolution(hidden, position.Output.Channels, kernel));
        _bn2 = Register("bn2", layers.BatchNorm(position.Output.Channels));
        _shortcut = skip ? Register("shortcut", new Shortcut(position, layers)) : null;
    }

    public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
    {
        var hidden = layers.BatchNorm(_bn1, layers.Convolution(_conv1, x), Activation.Relu);
        var y = layers.Convolution(_conv2, hidden);
        return _shortcut is null
            ? layers.BatchNorm(_bn2, y, _last)
            : layers.Add(layers.BatchNorm(_bn2, y), _shortcut.Apply(layers, x), _last);
    }
}
