using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// Candidate 7 of <b>Seo &amp; Lee</b>, "bottleneck" of <b>LANA</b>'s pool: 1×1 convolution to w·C_out channels, k×k convolution among them (carries the
/// stride), 1×1 convolution to C_out, each with BN, plus the skip (He et al. 2016; here w may widen instead of narrow).
/// </summary>
internal sealed class Bottleneck : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "bottleneck";

    /// <inheritdoc/>
    public override string Description => "ResNet bottleneck: 1x1, kxk and 1x1 convolution and a skip";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Width(2), OperationParameter.Kernel];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new Block(HiddenChannels(operation["w"], position), (int)operation["k"], position, layers);

    private sealed class Block : Operation
    {
        private readonly Activation _last;
        private readonly Conv2d _conv1, _conv2, _conv3;
        private readonly BatchNorm2d _bn1, _bn2, _bn3;
        private readonly Shortcut _shortcut;

        public Block(int hidden, int kernel, Position position, LayerFactory layers)
            : base("bottleneck")
        {
            _last = position.OutputActivation;
            _conv1 = Register("conv1", layers.Convolution(position.Input.Channels, hidden, kernel: 1));
            _bn1 = Register("bn1", layers.BatchNorm(hidden));
            _conv2 = Register("conv2", layers.Convolution(hidden, hidden, kernel, position.Stride));
            _bn2 = Register("bn2", layers.BatchNorm(hidden));
            _conv3 = Register("conv3", layers.Convolution(hidden, position.Output.Channels, kernel: 1));
            _bn3 = Register("bn3", layers.BatchNorm(position.Output.Channels));
            _shortcut = Register("shortcut", new Shortcut(position, layers));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var y = layers.BatchNorm(_bn1, layers.Convolution(_conv1, x), Activation.Relu);
            y = layers.BatchNorm(_bn2, layers.Convolution(_conv2, y), Activation.Relu);
            y = layers.BatchNorm(_bn3, layers.Convolution(_conv3, y));
            return layers.Add(y, _shortcut.Apply(layers, x), _last);
        }
    }
}
