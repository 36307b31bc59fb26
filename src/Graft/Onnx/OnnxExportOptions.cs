using Graft.Data;

namespace Graft.Onnx;

/// <summary>What an exported network says about itself, and how it is written.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>How the pixels were normalised that the network was trained on; written into the file's metadata.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>The name of each class, by class index; empty if they are not known.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>
    /// Whether batch normalisation becomes part of the convolution before it, and parallel convolutions become one. Fewer layers and the same function; without
    /// it the file has the layers of the trained network.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    public bool FoldBatchNorm { get; init; } = true;

    /// <summary>How images were scaled to the network's size, where it is known that they were.</summary>
    internal ImageScaling? Scaling { get; init; }

    /// <summary>More to say in the file's metadata: where the weights come from.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();
}
