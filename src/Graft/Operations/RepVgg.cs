using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// RepVGG-style blocks (Ding et al. 2021, section 3.2; in <b>LANA</b>'s pool): two units, to w·C_out channels (carries the stride) and to C_out. Each unit adds
/// up three branches, each with BN: k×k convolution, 1×1 convolution (for k > 1), and the input itself where the shape is kept; then ReLU, or what the position
/// ends with. On export the branches become one k×k convolution (section 3.3), so that a deployed block costs what <c>conv-stack</c> of the same width and
/// kernel does.
/// </summary>
/// <remarks>Multiply-accumulates and parameters are counted as trained, with all branches.</remarks>
internal sealed class RepVgg : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "repvgg";

    /// <inheritdoc/>
    public override string Description => "RepVGG blocks: parallel branches that become one convolution each on export";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Width(1), OperationParameter.Kernel];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new Block(HiddenChannels(operation["w"], position), (int)operation["k"], position, layers);

    private sealed class Block : Operation
    {
        private readonly Unit _unit1, _unit2;

        public Block(int hidden, int kernel, Position position, LayerFactory layers)
            : base("repvgg")
        {
            int inputs = position.Input.Channels, outputs = position.Output.Channels;
            _unit1 = Register("unit1", new Unit(inputs, hidden, kernel, position.Stride, Activation.Relu, layers));
            _unit2 = Register("unit2", new Unit(hidden, outputs, kernel, stride: 1, position.OutputActivation, layers));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) => _unit2.Apply(layers, _unit1.Apply(layers, x));
    }

    private sealed class Unit : Operation
    {
        private readonly Activation _last;
        private readonly Conv2d _dense;
        private readonly Conv2d? _pointwise;
        private readonly BatchNorm2d _denseBn;
        private readonly BatchNorm2d? _pointwiseBn, _identityBn;

        public Unit(int inputs, int outputs, int kernel, int stride, Activation last, LayerFactory layers)
            : base("repvgg-unit")
        {
            _last = last;
            _dense = Register("dense", layers.Convolution(inputs, outputs, kernel, stride));
            _denseBn = Register("dense_bn", layers.BatchNorm(outputs));
            if (kernel > 1)
            {
                _pointwise = Register("pointwise", layers.Convolution(inputs, outputs, kernel: 1, stride));
                _pointwiseBn = Register("pointwise_bn", layers.BatchNorm(outputs));
            }

            if (inputs == outputs && stride == 1)
            {
                _identityBn = Register("identity_bn", layers.BatchNorm(inputs));
            }
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var y = layers.BatchNorm(_denseBn, layers.Convolution(_dense, x));
            y = _pointwise is null ? y : layers.Add(y, layers.BatchNorm(_pointwiseBn!, layers.Convolution(_pointwise, x)));
            y = _identityBn is null ? y : layers.Add(y, layers.BatchNorm(_identityBn, x));
            return layers.Activate(y, _last);
        }
    }
}
