using Graft.Networks;
using Graft.Operations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Measures;

/// <summary>
/// A network small enough to be worked out by hand: a 1x1 convolution of one channel, a rectifier, the mean over pixels, and a layer to two classes.
/// </summary>
internal static class HandNetwork
{
    /// <summary>Makes it with the given weight of the convolution and those of the two classes; biases are 0.</summary>
    public static Network Create(float convolution, float first, float second)
    {
        var network = new Network(new NetworkDefinition
        {
            Name = "by-hand",
            Image = new(1, 8, 8),
            Classes = 2,
            CreateStem = layers => new Stem(layers),
            Positions = [],
            CreateHead = layers => new Head(layers),
        });
        using var _ = no_grad();
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        tensors["conv.weight"].fill_(convolution);
        tensors["linear.weight"].copy_(tensor([first, second]).reshape(2, 1));
        return network;
    }

    private sealed class Stem : Operation
    {
        private readonly Conv2d _conv;

        public Stem(LayerFactory layers)
            : base("stem") => _conv = Register("conv", layers.Convolution(1, 1, kernel: 1));

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
        {
            var y = layers.Convolution(_conv, x);
            return layers.Add(y, y, Activation.Relu); // 2wx, rectified
        }
    }

    private sealed class Head : Operation
    {
        private readonly Linear _linear;

        public Head(LayerFactory layers)
            : base("head") => _linear = Register("linear", layers.Linear(1, 2));

        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) => layers.Linear(_linear, layers.GlobalAveragePool(x));
    }
}
