using Graft.Networks;
using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>
/// Makes a network of an ONNX file: an image classifier of operator sets 7 to 22, in fp32 or fp16, [N, C, H, W] or [N, H, W, C], whoever wrote it. docs/onnx.md
/// lists the operators.
/// </summary>
internal static class OnnxImport
{
    private const int MinOperatorSet = 7, MaxOperatorSet = 22;

    /// <summary>
    /// Reads a file, finds its positions and proves that the network answers as ONNX Runtime does on the file (fp32, within 1e-4 of the largest logit).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <exception cref="DataException">It is damaged, or no image classifier that can be imported; the message says what is in the way, and where.</exception>
    public static ImportedNetwork Read(string path, OnnxImportOptions? options = null) =>
        Read(OnnxFile.Read(path), options ?? new(), CancellationToken.None);

    /// <summary>The same for a file that is in memory.</summary>
    internal static ImportedNetwork Read(OnnxFile file, OnnxImportOptions options, CancellationToken cancellation)
    {
        var import = ReadUnproven(file, options);
        if (import.Head is not null)
        {
            ClassifierHead.Require(import);
        }

        using var network = import.CreateNetwork();
        ImportCheck.Require(import, network, cancellation);
        return import;
    }

    /// <summary>As <see cref="Read(string, OnnxImportOptions)"/>, without the proof: for files that have passed it.</summary>
    internal static ImportedNetwork ReadUnproven(string path, OnnxImportOptions options) => ReadUnproven(OnnxFile.Read(path), options);

    /// <inheritdoc cref="ReadUnproven(string, OnnxImportOptions)"/>
    internal static ImportedNetwork ReadUnproven(OnnxFile file, OnnxImportOptions options)
    {
        if (file.OperatorSet is < MinOperatorSet or > MaxOperatorSet)
        {
            throw new ImportFault(file.Path).Of(
                Invariant($"is of ONNX operator set {file.OperatorSet}; {MinOperatorSet} to {MaxOperatorSet} can be imported. Export it again.")
            );
        }

        var graph = Graph(file, options);
        var original = file;
        if (options.Classes is { } classes)
        {
            file = ClassifierHead.ForClasses(file, graph, classes);
            graph = file == original ? graph : Graph(file, options);
        }

        if (options.RestoreBatchNorm)
        {
            BatchNormRestoring.Apply(graph);
        }

        var nodes = graph.Nodes();
        NameWeights(nodes);
        var (positions, fixedParts) = PositionFinder.Find(graph, options.Granularity);
        return new(file, graph, Define($"onnx-{file.Hash[..12]}", graph, nodes, positions), nodes, positions)
        {
            FixedParts = fixedParts,
            Head = file == original ? null : ClassifierHead.Find(graph),
        };
    }

    // The layers; what exporters take apart is one again.
    private static ImportGraph Graph(OnnxFile file, OnnxImportOptions options)
    {
        var graph = new GraphReader(file).Read(options);
        GraphPatterns.Apply(graph);
        if (GraphPatterns.LeftOver(graph) is { Count: > 0 } left)
        {
            throw new ImportFault(file.Path).Of(
                $"has layers that are not supported: {string.Join("; ", left.Select(n => $"{n.Operator} (node '{n.Node}')").Distinct().Take(8))}. docs/onnx.md lists what is."
            );
        }

        return graph;
    }

    // Exporters merge equal weights into one; here each layer has its own.
    private static void NameWeights(IReadOnlyList<ImportNode> nodes)
    {
        var taken = new HashSet<string>();
        foreach (var weight in nodes.SelectMany(n => n.Weights))
        {
            string name = weight.Name;
            for (int n = 2; !taken.Add(weight.Name); n++)
            {
                weight.Name = Invariant($"{name}~{n}");
            }
        }
    }

    private static NetworkDefinition Define(string name, ImportGraph graph, List<ImportNode> nodes, IReadOnlyList<ImportPosition> positions)
    {
        var number = nodes.Index().ToDictionary(n => n.Item, n => n.Index);
        var paths = PositionNames.Of(positions);
        var made = new List<Position>();
        foreach (var (i, position) in positions.Index())
        {
            var own = GraphPlan.Of(position.Nodes, position.From);
            var after = Between(position.Next, i + 1 < positions.Count ? positions[i + 1].From : null);
            string path = paths[i];
            made.Add(new()
            {
                Index = i + 1,
                Path = path,
                OwnPath = "",
                Input = position.From.Shape,
                Output = position.To.Shape,
                Stride = position.Stride,
                OutputActivation = position.Ending,
                Grows = position.Grows,
                CreateOwn = layers => new GraphOperation(path, own, layers),
                CreateAfter = after.Count == 0 || i + 1 == positions.Count ? null : layers => new GraphOperation("fixed", after, layers),
            });
        }

        var stem = Between(graph.Source, positions.Count > 0 ? positions[0].From : null);
        var head = positions.Count > 0 ? Between(positions[^1].Next, null) : [];
        var image = graph.Source.Shape;
        return new()
        {
            Name = name,
            Image = new(image.Channels, image.Height, image.Width),
            Classes = graph.Logits.Shape.Channels,
            CreateStem = layers => new GraphOperation("stem", stem, layers),
            Positions = made,
            CreateHead = layers => new GraphOperation("head", head, layers),
        };

        // The steps from one node to another; to the logits for none.
        IReadOnlyList<GraphStep> Between(ImportNode from, ImportNode? to) => from == to
            ? []
            : GraphPlan.Of([.. nodes.Skip(number[from] + 1).Take(number[to ?? graph.Logits] - number[from])], from);
    }
}
