using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Operations.Graphs;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Onnx.Import;

/// <summary>A network that came from an ONNX file: its layout with the positions that were found, its weights, and what the file says about itself.</summary>
internal sealed class ImportedNetwork
{
    private readonly HashSet<string> _restored; // the names of steps

    internal ImportedNetwork(
        OnnxFile file,
        ImportGraph graph,
        NetworkDefinition definition,
        IReadOnlyList<ImportNode> nodes,
        IReadOnlyList<ImportPosition> found
    )
    {
        File = file;
        Graph = graph;
        Definition = definition;
        Nodes = nodes;
        Found = found;
        _restored = [.. nodes.Where(n => n.IsRestored).Select(n => n.Name)];
        Metadata = file.Metadata;
    }

    /// <summary>The layout. Its name is <c>onnx-</c> and the first twelve digits of the file's SHA-256.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The file.</summary>
    public string Path => File.Path;

    /// <summary>The version of ONNX's operator set that the file is written in.</summary>
    public int OperatorSet => File.OperatorSet;

    /// <summary>The file's metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The names of the classes; empty if the file does not say them.</summary>
    public IReadOnlyList<string> ClassNames => NetworkMetadata.ReadClassNames(Metadata, "the ONNX file");

    /// <summary>How the file says that pixels are normalised, in Graft's or in Windows ML's words; null if it does not say.</summary>
    public Normalization? Normalization => ImageMetadata.ReadNormalization(Metadata, File.Path, Definition.Image.Channels);

    /// <summary>The operators that follow the logits in the file, which the network leaves out and an export keeps: Softmax.</summary>
    public IReadOnlyList<string> Ending => Graph.Ending;

    /// <summary>What is to be said of a file that seems to be no classifier, for the middle of a sentence; null for any that is, or names classes.</summary>
    public string? Remark => ClassNames.Count > 0 ? null : FeatureExtractor.RemarkOn(Graph);

    /// <summary>The parts of the network with convolutions over several pixels that are not positions.</summary>
    public IReadOnlyList<FixedPart> FixedParts { get; internal init; } = [];

    /// <summary>The convolutions and fully connected layers that belong to no position, those with the most multiply-accumulates first.</summary>
    public IReadOnlyList<FixedLayer> FixedLayers
    {
        get
        {
            var swappable = Found.SelectMany(position => position.Nodes).ToHashSet();
            var parts = FixedParts.ToLookup(part => part.Node);
            return
            [
                .. Nodes.Where(n => !swappable.Contains(n)).Select(n => FixedLayer.Of(n, parts[n.Node].FirstOrDefault())).OfType<FixedLayer>()
                    .OrderByDescending(l => l.MultiplyAccumulates),
            ];
        }
    }

    /// <summary>The names of the file's nodes that a position consists of, in order.</summary>
    /// <param name="position">The position's index.</param>
    public IReadOnlyList<string> NodesOf(int position) => [.. Found[position - 1].Nodes.Select(n => n.Node).Where(n => n.Length > 0).Distinct()];

    /// <summary>The index of the position with a path, or that a node of the file belongs to; null for none.</summary>
    /// <param name="name">The path or the node's name.</param>
    public int? PositionNamed(string name) =>
        (Definition.Positions.FirstOrDefault(p => p.Path == name) ?? Definition.Positions.FirstOrDefault(p => NodesOf(p.Index).Contains(name)))?.Index;

    /// <summary>How many batch normalisations were put back behind convolutions.</summary>
    public int RestoredBatchNorms => _restored.Count;

    /// <summary>The classifier that was made anew for other classes than the file's, and has to be trained; null for the file's own.</summary>
    internal ImportNode? Head { get; init; }

    internal OnnxFile File { get; }

    internal ImportGraph Graph { get; }

    internal IReadOnlyList<ImportNode> Nodes { get; }

    internal IReadOnlyList<ImportPosition> Found { get; }

    /// <summary>The same network under another name.</summary>
    internal ImportedNetwork Named(string name) =>
        new(File, Graph, Definition with { Name = name, File = File.Path }, Nodes, Found) { FixedParts = FixedParts, Head = Head };

    /// <summary>Makes the network with the file's weights, in inference mode. The caller owns it.</summary>
    public Network CreateNetwork()
    {
        var network = new Network(Definition);
        network.eval();
        Load(network);
        return network;
    }

    /// <summary>
    /// Gives the batch normalisations that were put back the statistics of training images, and the scale and shift that undo them: the logits stay, and
    /// training goes on as it would with the batch normalisation that the exporter folded.
    /// </summary>
    /// <param name="network">The network with the file's weights; its mode is set to inference.</param>
    /// <param name="images">Some thousand normalised training images, [N, C, H, W], in batches; the caller keeps them.</param>
    /// <param name="cancellation">Ends it.</param>
    public void EstimateBatchNorm(Network network, IEnumerable<Tensor> images, CancellationToken cancellation = default)
    {
        var watched = RestoredIn(network).ToHashSet();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        var moments = new BatchNormMoments(watched);
        foreach (var batch in images)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            network.Apply(moments, batch);
        }

        moments.Set();
        Lengthen(network);
    }

    // Folding leaves filters several times shorter than training had made them, and the shorter a filter before a batch normalisation, the larger its steps:
    // the effective learning rate is that of the recipe by the squared length (Van Laarhoven 2017, arXiv:1706.05350, section 3). Each filter gets about the
    // length of He's initial values, which the batch normalisation takes back; by a power of two, so that nothing is rounded.
    private void Lengthen(Network network)
    {
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        foreach (var norm in Nodes.Where(n => _restored.Contains(n.Name)))
        {
            using var scope = NewDisposeScope();
            var convolution = norm.Inputs[0];
            var filters = Of(convolution, "weight")!;
            float[] factors = [.. filters.Squared().sum([1, 2, 3]).cpu().data<float>().Select(square => FilterScale.Of(Math.Sqrt(square)))];
            var factor = tensor(factors, device: filters.device);
            filters.mul_(factor.view(-1, 1, 1, 1));
            Of(convolution, "bias")?.mul_(factor);
            Of(norm, "running_mean")!.mul_(factor);
            var variance = Of(norm, "running_var")!.mul_(factor.Squared());
            Of(norm, "weight")!.copy_(variance.Plus(((BatchNormLayer)norm.Layer!).Epsilon).sqrt() / factor);
        }

        Tensor? Of(ImportNode node, string name) => node.Weights.FirstOrDefault(w => w.Tensor == name) is { } weight ? tensors[weight.Name] : null;
    }

    /// <summary>The batch normalisations of a network that were put back.</summary>
    internal IEnumerable<BatchNorm2d> RestoredIn(Network network) =>
        network.modules().OfType<GraphOperation>().SelectMany(operation => operation.BatchNorms).Where(n => _restored.Contains(n.Name)).Select(n => n.Layer);

    /// <summary>Copies the file's weights into a network of the same layout. Operations that were substituted keep theirs.</summary>
    internal void Load(Network network)
    {
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        using var _ = no_grad();
        foreach (var weight in Nodes.SelectMany(n => n.Weights))
        {
            if (tensors.TryGetValue(weight.Name, out var target))
            {
                using var scope = NewDisposeScope();
                var value = weight.Value is { } v ? weight.FromFile(v.ToTensor()) : tensor(weight.Fresh!);
                if (FiniteValues.Fault(value) is { } wrong)
                {
                    throw new DataException(
                        $"{File.Path}: weight '{weight.Name}' holds {wrong}. The training that it comes from diverged, or the file is damaged."
                    );
                }

                target.copy_(value);
            }
        }
    }
}
