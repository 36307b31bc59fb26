using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>A skip connection: nothing where the shape is kept, else a strided 1x1 convolution and batch norm (He et al. 2016, option B).</summary>
internal sealed class Shortcut : Operation
{
    private readonly Conv2d? _conv;
    private readonly BatchNorm2d? _bn;

    public Shortcut(Position position, LayerFactory layers)
        : base("shortcut")
    {
        if (!position.KeepsShape)
        {
            _conv = Register("conv", layers.Convolution(position.Input.Channels, position.Output.Channels, kernel: 1, position.Stride));
            _bn = Register("bn", layers.BatchNorm(position.Output.Channels));
        }
    }

    public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) =>
        _conv is null ? x : layers.BatchNorm(_bn!, layers.Convolution(_conv, x));
}
