using Graft.Operations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>Records layers as a graph: the interpretation of an operation's description that ONNX files are written from.</summary>
internal sealed class GraphLayers : ILayers<GraphNode>
{
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<Tensor, string> _names;

    private GraphLayers(IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        _names = tensors.ToDictionary(t => t.Tensor, t => t.Name, (IEqualityComparer<Tensor>)ReferenceEqualityComparer.Instance);

    /// <summary>Follows a description from an input to its output.</summary>
    /// <param name="input">The shape of the input.</param>
    /// <param name="tensors">The weights under their names; layers are named after them.</param>
    /// <param name="apply">The description.</param>
    public static NetworkGraph Record(
        FeatureShape input, IEnumerable<(string Name, Tensor Tensor)> tensors, Func<ILayers<GraphNode>, GraphNode, GraphNode> apply)
    {
        var layers = new GraphLayers(tensors);
        var x = layers.Add(new InputNode(input));
        var output = apply(layers, x);
        return new(x, layers._nodes, output);
    }

    /// <inheritdoc/>
    public GraphNode Convolution(Conv2d layer, GraphNode x)
    {
        long kernel = layer.kernel_size![0], stride = layer.stride![0];
        if (layer.kernel_size[1] != kernel || layer.stride[1] != stride || layer.padding!.Any(p => p != kernel / 2) || layer.dilation!.Any(d => d != 1))
        {
            throw new NotSupportedException($"{NameOf(layer.weight)}: only square convolutions that are padded by k / 2 and not dilated can be exported.");
        }

        return Add(new ConvolutionNode(NameOf(layer.weight), x, layer.weight, layer.bias, (int)stride, (int)layer.groups));
    }

    /// <inheritdoc/>
    public GraphNode BatchNorm(BatchNorm2d layer, GraphNode x, Activation activation = Activation.None) => Activate(
        Add(new BatchNormNode(NameOf(layer.weight!), x, layer.weight!, layer.bias!, layer.running_mean!, layer.running_var!, layer.eps)), activation);

    /// <inheritdoc/>
    public GraphNode Add(GraphNode x, GraphNode y, Activation activation = Activation.None) => Activate(Add(new AddNode(x, y)), activation);

    /// <inheritdoc/>
    public GraphNode Activate(GraphNode x, Activation activation) => activation == Activation.None ? x : Add(new ActivationNode(x, activation));

    /// <inheritdoc/>
    public GraphNode Gate(GraphNode x, GraphNode gate) => Add(new GateNode(x, gate));

    /// <inheritdoc/>
    public GraphNode SubsampleAndPad(GraphNode x, int stride, int channels) => Add(new SubsampleAndPadNode(x, stride, channels));

    /// <inheritdoc/>
    public GraphNode GlobalAveragePool(GraphNode x) => Add(new GlobalAveragePoolNode(x));

    /// <inheritdoc/>
    public GraphNode Linear(Linear layer, GraphNode x) => Add(new LinearNode(NameOf(layer.weight!), x, layer.weight!, layer.bias!));

    private TNode Add<TNode>(TNode node)
        where TNode : GraphNode
    {
        _nodes.Add(node);
        return node;
    }

    // "block1.layer.0.conv1.weight" -> "block1.layer.0.conv1"
    private string NameOf(Tensor weight) => _names[weight][..^".weight".Length];
}
