using Graft.Operations;
using Graft.Operations.Graphs;
using static TorchSharp.torch;

namespace Graft.Onnx.Import;

/// <summary>A feature map of an imported network, and the layer that makes it. Nodes are compared by reference.</summary>
internal sealed class ImportNode(GraphLayer? layer, IEnumerable<ImportNode> inputs, FeatureShape shape, string name)
{
    /// <summary>The layer; null for the image.</summary>
    public GraphLayer? Layer { get; set; } = layer;

    /// <summary>What the layer takes.</summary>
    public List<ImportNode> Inputs { get; } = [.. inputs];

    /// <summary>The shape of the map.</summary>
    public FeatureShape Shape { get; } = shape;

    /// <summary>The name of the value in the file that the layer makes; its tensors are named after it where they have no name there.</summary>
    public string Name { get; set; } = name;

    /// <summary>The node of the file that it comes from, for messages and paths.</summary>
    public string Node { get; set; } = "";

    /// <summary>The operator of that node.</summary>
    public string Operator { get; set; } = "";

    /// <summary>The value of the file that is this map as [N, C, H, W]; null if there is none.</summary>
    public string? FileValue { get; set; }

    /// <summary>The layer's tensors.</summary>
    public List<ImportWeight> Weights { get; } = [];

    /// <summary>Whether it is a batch normalisation that was put back behind the convolution before it.</summary>
    public bool IsRestored => Layer is BatchNormLayer && Weights.Any(w => w.Fresh is not null);

    public override string ToString() => $"{Layer} {Shape} '{Name}'";
}

/// <summary>A tensor of a layer and where it comes from.</summary>
/// <param name="Tensor">Its name in the module: <c>weight</c>.</param>
/// <param name="Value">Its value in the file; null for what the file does not have.</param>
/// <param name="FromFile">Makes the module's tensor of the file's.</param>
/// <param name="ToFile">The reverse.</param>
internal sealed record ImportWeight(string Tensor, ConstantValue? Value, Func<Tensor, Tensor> FromFile, Func<Tensor, Tensor> ToFile)
{
    /// <summary>Its name among the network's tensors: that of the value, or, where several layers share a value, one of its own.</summary>
    public string Name { get; set; } = Value?.Name ?? "";

    /// <summary>The output of the node of the file that takes the value.</summary>
    public string? Consumer { get; set; }

    /// <summary>Values of the layer that the file does not have.</summary>
    public float[]? Fresh { get; init; }
}

/// <summary>A step of a pattern that layers are recognised by. One that is left over is not supported.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Number">A number that belongs to it.</param>
internal sealed record PatternLayer(string Operator, double Number = 0) : GraphLayer
{
    public override TValue Apply<TValue>(ILayers<TValue> layers, nn.Module? module, IReadOnlyList<TValue> x, bool keep) =>
        throw new NotSupportedException($"{Operator} is part of a pattern, not a layer.");
}
