using Graft.Operations;
using Graft.Operations.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>Records layers as a graph: the interpretation of an operation's description that ONNX files are written from.</summary>
internal sealed class GraphLayers : ILayers<GraphNode>
{
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<Tensor, string> _names;
    private readonly CostLayers _shapes = new();

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
    public GraphNode Convolution(Conv2d layer, GraphNode x) =>
        Add(
            new ConvolutionNode(NameOf(layer.weight), x, layer.weight, layer.bias, _shapes.Convolution(layer, x.Shape))
            {
                Stride = ToPair(layer.stride!),
                Padding = ToPair(layer.padding!),
                Dilation = ToPair(layer.dilation!),
                Groups = (int)layer.groups,
            }
        );

    /// <inheritdoc/>
    public GraphNode BatchNorm(BatchNorm2d layer, GraphNode x, Activation activation = default) => Activate(
        Add(new BatchNormNode(NameOf(layer.weight!), x, layer.weight!, layer.bias!, layer.running_mean!, layer.running_var!, layer.eps)), activation);

    /// <inheritdoc/>
    public GraphNode Add(GraphNode x, GraphNode y, Activation activation = default) => Activate(Add(new AddNode(x, y)), activation);

    /// <inheritdoc/>
    public GraphNode Activate(GraphNode x, Activation activation, bool keep = false) =>
        activation.Kind == ActivationKind.None ? x : Add(new ActivationNode(x, activation));

    /// <inheritdoc/>
    public GraphNode Gate(GraphNode x, GraphNode gate) => Add(new GateNode(x, gate));

    /// <inheritdoc/>
    public GraphNode SubsampleAndPad(GraphNode x, int stride, int channels) =>
        Add(new SubsampleAndPadNode(x, stride, _shapes.SubsampleAndPad(x.Shape, stride, channels)));

    /// <inheritdoc/>
    public GraphNode GlobalAveragePool(GraphNode x) => Add(new LayerNode(new GlobalAveragePoolLayer(), _shapes.GlobalAveragePool(x.Shape), x));

    /// <inheritdoc/>
    public GraphNode Linear(Linear layer, GraphNode x) =>
        Add(new LinearNode(NameOf(layer.weight!), x, layer.weight!, layer.bias, _shapes.Linear(layer, x.Shape)));

    /// <inheritdoc/>
    public GraphNode Multiply(GraphNode x, GraphNode y) => Add(new LayerNode(new MultiplyLayer(), x.Shape, x, y));

    /// <inheritdoc/>
    public GraphNode Pad(GraphNode x, Padding padding) => Add(new LayerNode(new PadLayer(padding), _shapes.Pad(x.Shape, padding), x));

    /// <inheritdoc/>
    public GraphNode Take(GraphNode x, Part part) => Add(new LayerNode(new TakeLayer(part), _shapes.Take(x.Shape, part), x));

    /// <inheritdoc/>
    public GraphNode Pool(GraphNode x, Pooling pooling) => Add(new LayerNode(new PoolLayer(pooling), _shapes.Pool(x.Shape, pooling), x));

    /// <inheritdoc/>
    public GraphNode Concat(IReadOnlyList<GraphNode> values) => Add(new LayerNode(new ConcatLayer(), _shapes.Concat([.. values.Select(v => v.Shape)]), values));

    /// <inheritdoc/>
    public GraphNode Shuffle(GraphNode x, int groups) => Add(new LayerNode(new ShuffleLayer(groups), x.Shape, x));

    /// <inheritdoc/>
    public GraphNode Scale(ChannelScale layer, GraphNode x) =>
        Add(
            new WeightedNode(
                new ScaleLayer(x.Channels, layer.Weight is not null, layer.Bias is not null),
                NameOf((layer.Weight ?? layer.Bias)!),
                x,
                layer.Weight,
                layer.Bias
            )
        );

    /// <inheritdoc/>
    public GraphNode Rescale(GraphNode x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) =>
        Add(new LayerNode(new RescaleLayer(scale, shift), x.Shape, x));

    /// <inheritdoc/>
    public GraphNode PRelu(PReLU layer, GraphNode x) =>
        Add(new WeightedNode(new PReluLayer((int)layer.weight!.numel()), NameOf(layer.weight), x, layer.weight, bias: null));

    /// <inheritdoc/>
    public GraphNode ResponseNorm(GraphNode x, ResponseNorm norm) => Add(new LayerNode(new ResponseNormLayer(norm), x.Shape, x));

    /// <inheritdoc/>
    public GraphNode LayerNorm(LayerNorm layer, GraphNode x) =>
        Add(new WeightedNode(new LayerNormLayer(x.Channels, layer.eps), NameOf(layer.weight!), x, layer.weight!, layer.bias!));

    /// <inheritdoc/>
    public GraphNode Flatten(GraphNode x) => Add(new LayerNode(new FlattenLayer(), _shapes.Flatten(x.Shape), x));

    private TNode Add<TNode>(TNode node)
        where TNode : GraphNode
    {
        _nodes.Add(node);
        return node;
    }

    private static Pair ToPair(long[] values) => new((int)values[0], (int)values[1]);

    // "block1.layer.0.conv1.weight" -> "block1.layer.0.conv1"; names of other files need not end so.
    private string NameOf(Tensor tensor)
    {
        string name = _names[tensor];
        return name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
    }
}
