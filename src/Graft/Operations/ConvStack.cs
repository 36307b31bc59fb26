using Graft.Networks;
using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// Candidates 4 and 5 of <b>Seo &amp; Lee</b>, "conv stack" of <b>LANA</b>'s pool: conv k×k to w·C_out channels, BN, ReLU, conv k×k to C_out, BN; no skip.
/// The first convolution carries the stride.
/// </summary>
public sealed class ConvStack : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "conv-stack";

    /// <inheritdoc/>
    public override string Description => "two convolutions with batch norm, no skip";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Width(1), OperationParameter.Kernel];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new Block(HiddenChannels(operation["w"], position), (int)operation["k"], position, layers);

    private sealed class Block : Operation
    {
        private readonly Activation _last;
        private readonly Conv2d _conv1, _conv2;
        private readonly BatchNorm2d _bn1, _bn2;

        public Block(int hidden, int kernel, Position position, LayerFactory layers)
            : base("conv-stack")
        {
            _last = position.OutputActivation;
            _conv1 = Register("conv1", layers.Convolution(position.Input.Channels, hidden, kernel, position.Stride));
            _bn1 = Register("bn1", layers.BatchNorm(hidden));
            _conv2 = Register("conv2", layers.Convolution(hidden, position.Output.Channels, kernel));
            _bn2 = Register("bn2", layers.BatchNorm(position.Output.Channels));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var hidden = layers.BatchNorm(_bn1, layers.Convolution(_conv1, x), Activation.Relu);
            return layers.BatchNorm(_bn2, layers.Convolution(_conv2, hidden), _last);
        }
    }
}
