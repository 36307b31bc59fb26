using Graft.Operations;
using TorchSharp.Modules;

namespace Graft.Cli.Tests.OwnOperations;

/// <summary>
/// MobileNet's depthwise separable convolution (Howard et al. 2017, section 3.1): an operation as a user of the library writes one. docs/operations.md shows
/// this file.
/// </summary>
public sealed class DepthwiseSeparable : OperationFamily
{
    public override string Name => "depthwise-separable";

    public override string Description => "MobileNet block: depthwise and pointwise convolution";

    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Kernel];

    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => new Block((int)operation["k"], position, layers);

    private sealed class Block : Operation
    {
        private readonly Activation _last;
        private readonly Conv2d _depthwise, _pointwise;
        private readonly BatchNorm2d _depthwiseBn, _pointwiseBn;

        public Block(int kernel, Position position, LayerFactory layers)
            : base("depthwise-separable")
        {
            int inputs = position.Input.Channels, outputs = position.Output.Channels;
            _last = position.OutputActivation;
            _depthwise = Register("depthwise", layers.Convolution(inputs, inputs, kernel, position.Stride, groups: inputs));
            _depthwiseBn = Register("depthwise_bn", layers.BatchNorm(inputs));
            _pointwise = Register("pointwise", layers.Convolution(inputs, outputs, kernel: 1));
            _pointwiseBn = Register("pointwise_bn", layers.BatchNorm(outputs));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var y = layers.BatchNorm(_depthwiseBn, layers.Convolution(_depthwise, x), Activation.Relu);
            return layers.BatchNorm(_pointwiseBn, layers.Convolution(_pointwise, y), _last);
        }
    }
}
