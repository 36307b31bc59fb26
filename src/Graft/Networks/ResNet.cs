using Graft.Data;
using Graft.Operations;
using TorchSharp.Modules;

namespace Graft.Networks;

/// <summary>
/// CIFAR <b>ResNet</b>-d (He et al. 2016, section 4.2): three groups of (d − 2) / 6 post-activation blocks with 16, 32 and 64 channels, shortcut option A.
/// Names and semantics of tensors are those of akamaster/pytorch_resnet_cifar10.
/// </summary>
internal static class ResNet
{
    public static NetworkDefinition Define(int depth, ImageShape image, int classes) => new()
    {
        Name = Invariant($"resnet-{depth}"),
        Image = image,
        Classes = classes,
        CreateStem = layers => new Stem(image.Channels, layers),
        Positions = CifarPositions.Define(
            image, (depth - 2) / 6, 16, (group, block) => Invariant($"layer{group}.{block}"), Activation.Relu,
            (inputs, outputs, stride, layers) => new Block(inputs, outputs, stride, layers)),
        CreateHead = layers => new Head(classes, layers),
    };

    private sealed class Stem : Operation
    {
        private readonly Conv2d _conv1;
        private readonly BatchNorm2d _bn1;

        public Stem(int channels, LayerFactory layers)
            : base("stem")
        {
            _conv1 = Register("conv1", layers.Convolution(channels, CifarPositions.StemChannels, kernel: 3));
            _bn1 = Register("bn1", layers.BatchNorm(CifarPositions.StemChannels));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) =>
            layers.BatchNorm(_bn1, layers.Convolution(_conv1, x), Activation.Relu);
    }

    private sealed class Block : Operation
    {
        private readonly int _outputs, _stride;
        private readonly bool _keepsShape;
        private readonly Conv2d _conv1, _conv2;
        private readonly BatchNorm2d _bn1, _bn2;

        public Block(int inputs, int outputs, int stride, LayerFactory layers)
            : base("resnet-block")
        {
            _outputs = outputs;
            _stride = stride;
            _keepsShape = inputs == outputs && stride == 1;
            _conv1 = Register("conv1", layers.Convolution(inputs, outputs, kernel: 3, stride));
            _bn1 = Register("bn1", layers.BatchNorm(outputs));
            _conv2 = Register("conv2", layers.Convolution(outputs, outputs, kernel: 3));
            _bn2 = Register("bn2", layers.BatchNorm(outputs));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var hidden = layers.BatchNorm(_bn1, layers.Convolution(_conv1, x), Activation.Relu);
            var y = layers.BatchNorm(_bn2, layers.Convolution(_conv2, hidden));
            return layers.Add(y, _keepsShape ? x : layers.SubsampleAndPad(x, _stride, _outputs), Activation.Relu);
        }
    }

    private sealed class Head : Operation
    {
        private readonly Linear _linear;

        public Head(int classes, LayerFactory layers)
            : base("head") => _linear = Register("linear", layers.Linear(64, classes));

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) => layers.Linear(_linear, layers.GlobalAveragePool(x));
    }
}
