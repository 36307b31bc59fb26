using TorchSharp.Modules;

namespace Graft.Operations;

/// <summary>
/// What an operation's convolutions and skips are, found by following its layers: another interpretation of <see cref="Operation.Apply"/>, so that initial
/// values need to know no family by name.
/// </summary>
internal sealed class OperationStructure
{
    private readonly List<StructureConvolution> _convolutions = [];
    private readonly List<BatchNorm2d> _skipNorms = [];

    private OperationStructure()
    {
    }

    /// <summary>The convolutions in the order in which they run.</summary>
    public IReadOnlyList<StructureConvolution> Convolutions => _convolutions;

    /// <summary>The batch norms whose output is added to the operation's own input: the last of a branch beside a skip.</summary>
    public IReadOnlyList<BatchNorm2d> SkipNorms => _skipNorms;

    /// <summary>Follows an operation's layers.</summary>
    public static OperationStructure Of(Operation operation)
    {
        var structure = new OperationStructure();
        operation.Apply(new Follower(structure), new Flow(IsInput: true));
        return structure;
    }

    // What is known of a value: whether it is the operation's input, and the layer that has just given it.
    private readonly record struct Flow(bool IsInput = false, int? Convolution = null, BatchNorm2d? Norm = null);

    private sealed class Follower(OperationStructure structure) : ILayers<Flow>
    {
        public Flow Convolution(Conv2d layer, Flow x)
        {
            structure._convolutions.Add(new(layer, null, x.IsInput));
            return new(Convolution: structure._convolutions.Count - 1);
        }

        public Flow BatchNorm(BatchNorm2d layer, Flow x, Activation activation)
        {
            if (x.Convolution is { } index)
            {
                structure._convolutions[index] = structure._convolutions[index] with { Norm = layer };
            }

            return activation == Activation.None ? new(Norm: layer) : default;
        }

        public Flow Add(Flow x, Flow y, Activation activation)
        {
            if ((x.IsInput ? y.Norm : y.IsInput ? x.Norm : null) is { } norm)
            {
                structure._skipNorms.Add(norm);
            }

            return default;
        }

        public Flow Activate(Flow x, Activation activation, bool keep = false) => default;

        public Flow Gate(Flow x, Flow gate) => default;

        public Flow SubsampleAndPad(Flow x, int stride, int channels) => default;

        public Flow GlobalAveragePool(Flow x) => default;

        public Flow Linear(Linear layer, Flow x) => default;

        public Flow Multiply(Flow x, Flow y) => default;

        public Flow Pad(Flow x, Padding padding) => default;

        public Flow Take(Flow x, Part part) => default;

        public Flow Pool(Flow x, Pooling pooling) => default;

        public Flow Concat(IReadOnlyList<Flow> values) => default;

        public Flow Shuffle(Flow x, int groups) => default;

        public Flow Scale(ChannelScale layer, Flow x) => default;

        public Flow Rescale(Flow x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) => default;

        public Flow PRelu(PReLU layer, Flow x) => default;

        public Flow ResponseNorm(Flow x, ResponseNorm norm) => default;

        public Flow LayerNorm(LayerNorm layer, Flow x) => default;

        public Flow Flatten(Flow x) => default;
    }
}

/// <summary>A convolution of an operation.</summary>
/// <param name="Layer">The convolution.</param>
/// <param name="Norm">The batch norm that takes its output at once; null for none.</param>
/// <param name="TakesInput">Whether it takes the operation's input as it is.</param>
internal sealed record StructureConvolution(Conv2d Layer, BatchNorm2d? Norm, bool TakesInput);
