using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// The fused inverted residual of EfficientNetV2 (Tan &amp; Le 2021, section 3.2, figure 2; in <b>LANA</b>'s pool): one k×k convolution to e·C_in channels
/// (carries the stride), BN, ReLU6, in place of expansion and depthwise convolution; linear 1×1 projection, BN; a skip only where the shape is kept. For e = 1
/// the k×k convolution gives C_out itself and the projection is left out.
/// </summary>
/// <remarks>Differs from the paper: ReLU6 as in <see cref="InvertedResidual"/> instead of SiLU, so that the two families differ by the fusion alone.</remarks>
internal sealed class FusedInvertedResidual : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "fused-inverted-residual";

    /// <inheritdoc/>
    public override string Description => "EfficientNetV2 block: one convolution instead of expansion and depthwise convolution";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } =
    [
        OperationParameter.Expansion with
        {
            Unit = null,
            Range = "a whole number from 1 to 16",
        },
        OperationParameter.Kernel with
        {
            Pool = [1, 3, 5],
        },
        OperationParameter.SqueezeExcite,
    ];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new Block((int)operation["e"], (int)operation["k"], operation["se"], position, layers);

    private sealed class Block : Operation
    {
        private readonly bool _skip;
        private readonly Activation _last;
        private readonly Conv2d _fused;
        private readonly BatchNorm2d _fusedBn;
        private readonly SqueezeExcite? _squeezeExcite;
        private readonly Conv2d? _project;
        private readonly BatchNorm2d? _projectBn;

        public Block(int expansion, int kernel, double squeeze, Position position, LayerFactory layers)
            : base("fused-inverted-residual")
        {
            _skip = position.KeepsShape;
            _last = position.OutputActivation;
            int inputs = position.Input.Channels, outputs = position.Output.Channels, hidden = expansion > 1 ? expansion * inputs : outputs;
            _fused = Register("fused", layers.Convolution(inputs, hidden, kernel, position.Stride));
            _fusedBn = Register("fused_bn", layers.BatchNorm(hidden));
            _squeezeExcite = squeeze > 0 ? Register("se", new SqueezeExcite(hidden, squeeze, layers)) : null;
            if (expansion > 1)
            {
                _project = Register("project", layers.Convolution(hidden, outputs, kernel: 1));
                _projectBn = Register("project_bn", layers.BatchNorm(outputs));
            }
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var y = layers.BatchNorm(_fusedBn, layers.Convolution(_fused, x), Activation.Relu6);
            y = _squeezeExcite is null ? y : _squeezeExcite.Apply(layers, y);
            y = _project is null ? y : layers.BatchNorm(_projectBn!, layers.Convolution(_project, y), _skip ? Activation.None : _last);
            return _skip ? layers.Add(y, x, _last) : y;
        }
    }
}
