using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>
/// A value of a network's graph, [N, C, H, W] unless it says otherwise, and the layer that makes it. Nodes are compared by reference: two equal layers are two nodes.
/// Tensors are borrowed from the network, or belong to the dispose scope of the export.
/// </summary>
/// <param name="inputs">What the layer takes.</param>
/// <param name="channels">The channels of the value.</param>
internal abstract class GraphNode(int channels, params IReadOnlyList<GraphNode> inputs)
{
    /// <summary>What the layer takes, in order.</summary>
    public IReadOnlyList<GraphNode> Inputs => inputs;

    /// <summary>The channels of the value, C.</summary>
    public int Channels => channels;

    /// <summary>The same layer on other inputs.</summary>
    public abstract GraphNode WithInputs(IReadOnlyList<GraphNode> inputs);
}

/// <summary>The graph's input.</summary>
internal sealed class InputNode(FeatureShape shape) : GraphNode(shape.Channels)
{
    public FeatureShape Shape => shape;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => this;
}

/// <summary>A convolution: weight [C', C / groups, k, k], bias [C'] or none.</summary>
internal sealed class ConvolutionNode(string name, GraphNode x, Tensor weight, Tensor? bias, int stride, int groups)
    : GraphNode((int)weight.shape[0], x)
{
    public string Name => name;

    public Tensor Weight => weight;

    public Tensor? Bias => bias;

    public int Stride => stride;

    public int Groups => groups;

    /// <summary>k; the padding is k / 2 on each side.</summary>
    public int Kernel => (int)weight.shape[2];

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => With(inputs[0], weight, bias);

    public ConvolutionNode With(GraphNode x, Tensor newWeight, Tensor? newBias) => new(name, x, newWeight, newBias, stride, groups);
}

/// <summary>Batch normalisation with stored statistics: (x − mean) / √(variance + epsilon) · scale + shift, each [C].</summary>
internal sealed class BatchNormNode(string name, GraphNode x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon)
    : GraphNode(x.Channels, x)
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
internal sealed class ActivationNode(GraphNode x, Activation activation) : GraphNode(x.Channels, x)
{
    public Activation Activation => activation;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new ActivationNode(inputs[0], activation);
}

/// <summary>The sum of two values of one shape.</summary>
internal sealed class AddNode(GraphNode x, GraphNode y) : GraphNode(x.Channels, x, y)
{
    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new AddNode(inputs[0], inputs[1]);
}

/// <summary>x · sigmoid(gate), gate [N, C, 1, 1].</summary>
internal sealed class GateNode(GraphNode x, GraphNode gate) : GraphNode(x.Channels, x, gate)
{
    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new GateNode(inputs[0], inputs[1]);
}

/// <summary>Every stride-th pixel, with zero channels added evenly on both sides.</summary>
internal sealed class SubsampleAndPadNode(GraphNode x, int stride, int channels) : GraphNode(channels, x)
{
    public int Stride => stride;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new SubsampleAndPadNode(inputs[0], stride, Channels);
}

/// <summary>The mean over H and W: [N, C, 1, 1].</summary>
internal sealed class GlobalAveragePoolNode(GraphNode x) : GraphNode(x.Channels, x)
{
    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new GlobalAveragePoolNode(inputs[0]);
}

/// <summary>A fully connected layer: [N, C, 1, 1] -> [N, K]; weight [K, C], bias [K].</summary>
internal sealed class LinearNode(string name, GraphNode x, Tensor weight, Tensor bias) : GraphNode((int)weight.shape[0], x)
{
    public string Name => name;

    public Tensor Weight => weight;

    public Tensor Bias => bias;

    public override GraphNode WithInputs(IReadOnlyList<GraphNode> inputs) => new LinearNode(name, inputs[0], weight, bias);
}
