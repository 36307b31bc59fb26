using Graft.Networks;
using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// Candidate 6 of <b>Seo &amp; Lee</b>, "residual pair" of <b>LANA</b>'s pool: a ResNet block (He et al. 2016) of two k×k convolutions with w·C_out hidden
/// channels, plus the skip (1×1 convolution and BN where the shape changes). The first convolution carries the stride.
/// </summary>
public sealed class ResidualBlock : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "residual";

    /// <inheritdoc/>
    public override string Description => "ResNet block: two convolutions and a skip";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Width(2), OperationParameter.Kernel];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new Block(HiddenChannels(operation["w"], position), (int)operation["k"], position, layers);

    private sealed class Block : Operation
    {
        private readonly Activation _last;
        private readonly Conv2d _conv1, _conv2;
        private readonly BatchNorm2d _bn1, _bn2;
        private readonly Shortcut _shortcut;

        public Block(int hidden, int kernel, Position position, LayerFactory layers)
            : base("residual")
        {
            _last = position.OutputActivation;
            _conv1 = Register("conv1", layers.Convolution(position.Input.Channels, hidden, kernel, position.Stride));
            _bn1 = Register("bn1", layers.BatchNorm(hidden));
            _conv2 = Register("conv2", layers.Convolution(hidden, position.Output.Channels, kernel));
            _bn2 = Register("bn2", layers.BatchNorm(position.Output.Channels));
            _shortcut = Register("shortcut", new Shortcut(position, layers));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var hidden = layers.BatchNorm(_bn1, layers.Convolution(_conv1, x), Activation.Relu);
            var y = layers.BatchNorm(_bn2, layers.Convolution(_conv2, hidden));
            return layers.Add(y, _shortcut.Apply(layers, x), _last);
        }
    }
}
