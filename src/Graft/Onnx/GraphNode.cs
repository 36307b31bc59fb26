using Graft.Operations;
using Graft.Operations.Graphs;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>
/// A value of a network's graph, [N, C, H, W] unless it says otherwise, and the layer that makes it. Nodes are compared by reference: two equal layers are two
/// nodes. Tensors are borrowed from the network, or belong to the dispose scope of the export.
/// </summary>
/// <param name="shape">The shape of the value without N.</param>
/// <param name="inputs">What the layer takes.</param>
internal abstract class GraphNode(FeatureShape shape, params IReadOnlyList<GraphNode> inputs)
{
    /// <summary>What the layer takes, in order.</summary>
    public IReadOnlyList<GraphNode> Inputs => inputs;

    /// <summary>The shape of the value without N.</summary>
    public FeatureShape Shape => shape;

    /// <summary>The channels of the value, C.</summary>
    public int Channels => shape.Channels;

    /// <summary>The same layer on other inputs.</summary>
    public abstract GraphNode WithInputs(IReadOnlyList<GraphNode> inputs);
}

/// <summary>The graph's input.</summary>
internal sealed class InputNode(FeatureShape shape) : GraphNode(shape)
{
    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => this;
}

/// <summary>A convolution: weight [C', C / groups, k, k], bias [C'] or none.</summary>
internal sealed class ConvolutionNode(string name, GraphNode x, Tensor weight, Tensor? bias, FeatureShape output) : GraphNode(output, x)
{
    public string Name => name;

    public Tensor Weight => weight;

    public Tensor? Bias => bias;

    public Pair Stride { get; init; } = 1;

    /// <summary>What is added at the top and bottom, and at the left and right.</summary>
    public Pair Padding { get; init; }

    public Pair Dilation { get; init; } = 1;

    public int Groups { get; init; } = 1;

    public Pair Kernel => new((int)weight.shape[2], (int)weight.shape[3]);

    /// <summary>Whether it can be a part of a larger convolution: square, padded by k / 2 and not dilated.</summary>
    public bool IsCentred => Kernel.IsSquare && Padding == Kernel.Height / 2 && Dilation == 1;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => With(inputs[0], weight, bias);

    public ConvolutionNode With(GraphNode x, Tensor newWeight, Tensor? newBias) => new(name, x, newWeight, newBias, Shape)
    {
        Stride = Stride,
        Padding = newWeight.shape[2] == weight.shape[2] && newWeight.shape[3] == weight.shape[3] ? Padding : (int)newWeight.shape[2] / 2,
        Dilation = Dilation,
        Groups = Groups,
    };
}

/// <summary>Batch normalisation with stored statistics: (x − mean) / √(variance + epsilon) · scale + shift, each [C].</summary>
internal sealed class BatchNormNode(string name, GraphNode x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon)
    : GraphNode(x.Shape, x)
{
    public string Name => name;

    public Tensor Scale => scale;

    public Tensor Shift => shift;

    public Tensor Mean => mean;

    public Tensor Variance => variance;

    public double Epsilon => epsilon;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new BatchNormNode(name, inputs[0], scale, shift, mean, variance, epsilon);
}

/// <summary>An activation, not <see cref="Activation.None"/>.</summary>
internal sealed class ActivationNode(GraphNode x, Activation activation) : GraphNode(x.Shape, x)
{
    public Activation Activation => activation;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new ActivationNode(inputs[0], activation);
}

/// <summary>The sum of two values of one shape.</summary>
internal sealed class AddNode(GraphNode x, GraphNode y) : GraphNode(x.Shape, x, y)
{
    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new AddNode(inputs[0], inputs[1]);
}

/// <summary>x · sigmoid(gate), gate [N, C, 1, 1].</summary>
internal sealed class GateNode(GraphNode x, GraphNode gate) : GraphNode(x.Shape, x, gate)
{
    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new GateNode(inputs[0], inputs[1]);
}

/// <summary>Every stride-th pixel, with zero channels added evenly on both sides.</summary>
internal sealed class SubsampleAndPadNode(GraphNode x, int stride, FeatureShape output) : GraphNode(output, x)
{
    public int Stride => stride;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new SubsampleAndPadNode(inputs[0], stride, Shape);
}

/// <summary>A fully connected layer: [N, C, H, W] -> [N, K]; weight [K, CHW], bias [K] or none.</summary>
internal sealed class LinearNode(string name, GraphNode x, Tensor weight, Tensor? bias, FeatureShape output) : GraphNode(output, x)
{
    public string Name => name;

    public Tensor Weight => weight;

    public Tensor? Bias => bias;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new LinearNode(name, inputs[0], weight, bias, Shape);
}

/// <summary>Any layer without weights.</summary>
internal sealed class LayerNode(GraphLayer layer, FeatureShape output, params IReadOnlyList<GraphNode> inputs) : GraphNode(output, inputs)
{
    public GraphLayer Layer => layer;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new LayerNode(layer, Shape, inputs);
}

/// <summary>A layer whose weight and bias, one of which may be missing, belong to channels: it keeps the shape.</summary>
internal sealed class WeightedNode(GraphLayer layer, string name, GraphNode x, Tensor? weight, Tensor? bias) : GraphNode(x.Shape, x)
{
    public GraphLayer Layer => layer;

    public string Name => name;

    public Tensor? Weight => weight;

    public Tensor? Bias => bias;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new WeightedNode(layer, name, inputs[0], weight, bias);
}
