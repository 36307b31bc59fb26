using Graft.Data;
using Graft.Operations;
using TorchSharp.Modules;

namespace Graft.Networks;

/// <summary>
/// <b>WRN</b>-d-k (Zagoruyko &amp; Komodakis 2016, table 1): three groups of (d − 4) / 6 pre-activation blocks with 16k, 32k and 64k channels. Names and
/// semantics of tensors are those of xternalz/WideResNet-pytorch: the shortcut of a shape-changing block takes the activated input.
/// </summary>
internal static class WideResNet
{
    public static NetworkDefinition Define(int depth, int width, ImageShape image, int classes) => new()
    {
        Name = Invariant($"wrn-{depth}-{width}"),
        Image = image,
        Classes = classes,
        CreateStem = layers => new Stem(image.Channels, layers),
        Positions = CifarPositions.Define(
            image, (depth - 4) / 6, 16 * width, (group, block) => Invariant($"block{group}.layer.{block}"), Activation.None,
            (inputs, outputs, stride, layers) => new Block(inputs, outputs, stride, layers)),
        CreateHead = layers => new Head(64 * width, classes, layers),
    };

    private sealed class Stem : Operation
    {
        private readonly Conv2d _conv1;

        public Stem(int channels, LayerFactory layers)
            : base("stem") => _conv1 = Register("conv1", layers.Convolution(channels, CifarPositions.StemChannels, kernel: 3));

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) => layers.Convolution(_conv1, x);
    }

    private sealed class Block : Operation
    {
        private readonly BatchNorm2d _bn1, _bn2;
        private readonly Conv2d _conv1, _conv2;
        private readonly Conv2d? _convShortcut;

        public Block(int inputs, int outputs, int stride, LayerFactory layers)
            : base("wrn-block")
        {
            _bn1 = Register("bn1", layers.BatchNorm(inputs));
            _conv1 = Register("conv1", layers.Convolution(inputs, outputs, kernel: 3, stride));
            _bn2 = Register("bn2", layers.BatchNorm(outputs));
            _conv2 = Register("conv2", layers.Convolution(outputs, outputs, kernel: 3));
            _convShortcut = inputs == outputs ? null : Register("convShortcut", layers.Convolution(inputs, outputs, kernel: 1, stride));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var activated = layers.BatchNorm(_bn1, x, Activation.Relu);
            var hidden = layers.BatchNorm(_bn2, layers.Convolution(_conv1, activated), Activation.Relu);
            var skip = _convShortcut is null ? x : layers.Convolution(_convShortcut, activated);
            return layers.Add(layers.Convolution(_conv2, hidden), skip);
        }
    }

    private sealed class Head : Operation
    {
        private readonly BatchNorm2d _bn1;
        private readonly Linear _fc;

        public Head(int channels, int classes, LayerFactory layers)
            : base("head")
        {
            _bn1 = Register("bn1", layers.BatchNorm(channels));
            _fc = Register("fc", layers.Linear(channels, classes));
        }

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) =>
            layers.Linear(_fc, layers.GlobalAveragePool(layers.BatchNorm(_bn1, x, Activation.Relu)));
    }
}
