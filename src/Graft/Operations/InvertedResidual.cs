using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// Candidate 3 of <b>Seo &amp; Lee</b>: the inverted residual of <b>MobileNetV2</b> (Sandler et al. 2018, section 3.3): 1×1 convolution to e·C_in channels, BN,
/// ReLU6 (left out for e = 1); k×k depthwise convolution (carries the stride), BN, ReLU6; linear 1×1 projection, BN; a skip only where the shape is kept. With
/// squeeze-excite (<b>LANA</b>'s pool) it stands before the projection, as in MnasNet and MobileNetV3.
/// </summary>
internal sealed class InvertedResidual : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "inverted-residual";

    /// <inheritdoc/>
    public override string Description => "MobileNetV2 block: expansion, depthwise convolution, linear projection";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } =
        [OperationParameter.Expansion, OperationParameter.Kernel with { Pool = [1, 3, 5] }, OperationParameter.SqueezeExcite];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new Block(operation["e"], (int)operation["k"], operation["se"], position, layers);

    private sealed class Block : Operation
    {
        private readonly bool _skip;
        private readonly Activation _last;
        private readonly Conv2d? _expand;
        private readonly BatchNorm2d? _expandBn;
        private readonly Conv2d _depthwise, _project;
        private readonly BatchNorm2d _depthwiseBn, _projectBn;
        private readonly SqueezeExcite? _squeezeExcite;

        public Block(double expansion, int kernel, double squeeze, Position position, LayerFactory layers)
            : base("inverted-residual")
        {
            _skip = position.KeepsShape;
            _last = position.OutputActivation;
            int inputs = position.Input.Channels, hidden = (int)Math.Round(expansion * inputs);
            if (hidden != inputs)
            {
                _expand = Register("expand", layers.Convolution(inputs, hidden, kernel: 1));
                _expandBn = Register("expand_bn", layers.BatchNorm(hidden));
            }

            _depthwise = Register("depthwise", layers.Convolution(hidden, hidden, kernel, position.Stride, groups: hidden));
            _depthwiseBn = Register("depthwise_bn", layers.BatchNorm(hidden));
            _squeezeExcite = squeeze > 0 ? Register("se", new SqueezeExcite(hidden, squeeze, layers)) : null;
            _project = Register("project", layers.Convolution(hidden, position.Output.Channels, kernel: 1));
            _projectBn = Register("project_bn", layers.BatchNorm(position.Output.Channels));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var y = _expand is null ? x : layers.BatchNorm(_expandBn!, layers.Convolution(_expand, x), Activation.Relu6);
            y = layers.BatchNorm(_depthwiseBn, layers.Convolution(_depthwise, y), Activation.Relu6);
            y = _squeezeExcite is null ? y : _squeezeExcite.Apply(layers, y);
            y = layers.Convolution(_project, y);
            return _skip
                ? layers.Add(layers.BatchNorm(_projectBn, y), x, _last)
                : layers.BatchNorm(_projectBn, y, _last);
        }
    }
}
