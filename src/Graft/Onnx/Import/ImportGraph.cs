using Graft.Operations;

namespace Graft.Onnx.Import;

/// <summary>The layers of an imported network, from the image to the logits.</summary>
/// <param name="source">The image.</param>
/// <param name="logits">The logits: [N, K].</param>
internal sealed class ImportGraph(ImportNode source, ImportNode logits)
{
    /// <summary>The image.</summary>
    public ImportNode Source => source;

    /// <summary>The logits.</summary>
    public ImportNode Logits { get; set; } = logits;

    public required string InputName { get; init; }

    public required string OutputName { get; init; }

    /// <summary>The value of the file that the logits are.</summary>
    public required string LogitsName { get; init; }

    /// <summary>Whether the file takes images [N, H, W, C].</summary>
    public required bool ChannelsLast { get; init; }

    /// <summary>The number of images that the file is made for; 1 if it is open.</summary>
    public required int Batch { get; init; }

    /// <summary>What follows the logits in the file, last first: Softmax.</summary>
    public required IReadOnlyList<string> Ending { get; init; }

    /// <summary>All nodes that the logits need, each after those that it takes; the image is the first.</summary>
    public List<ImportNode> Nodes()
    {
        var (order, seen) = (new List<ImportNode> { source }, new HashSet<ImportNode> { source });
        var stack = new Stack<(ImportNode Node, int Next)>([(Logits, 0)]);
        while (stack.TryPop(out var top))
        {
            if (top.Next == 0 && !seen.Add(top.Node))
            {
                continue;
            }

            if (top.Next < top.Node.Inputs.Count)
            {
                stack.Push((top.Node, top.Next + 1));
                if (!seen.Contains(top.Node.Inputs[top.Next]))
                {
                    stack.Push((top.Node.Inputs[top.Next], 0));
                }
            }
            else
            {
                order.Add(top.Node);
            }
        }

        return order;
    }

    /// <summary>Which nodes take each node.</summary>
    public static Dictionary<ImportNode, List<ImportNode>> Uses(IEnumerable<ImportNode> nodes)
    {
        var uses = new Dictionary<ImportNode, List<ImportNode>>();
        foreach (var node in nodes)
        {
            uses.TryAdd(node, []);
            foreach (var input in node.Inputs)
            {
                (uses.TryGetValue(input, out var list) ? list : uses[input] = []).Add(node);
            }
        }

        return uses;
    }

    /// <summary>Puts a node in the place of another.</summary>
    public void Replace(ImportNode old, ImportNode replacement, IReadOnlyList<ImportNode> users)
    {
        foreach (var user in users.Where(u => u != replacement))
        {
            for (int i = 0; i < user.Inputs.Count; i++)
            {
                user.Inputs[i] = user.Inputs[i] == old ? replacement : user.Inputs[i];
            }
        }

        Logits = Logits == old ? replacement : Logits;
    }

    /// <summary>The multiply-accumulates of a layer for one image; the layer's module is made without memory.</summary>
    public static long MultiplyAccumulates(ImportNode node)
    {
        if (node.Layer is null)
        {
            return 0;
        }

        using var factory = LayerFactory.ShapesOnly();
        using var module = node.Layer.Create(factory);
        var layers = new CostLayers();
        node.Layer.Apply(layers, module, [.. node.Inputs.Select(i => i.Shape)], keep: true);
        return layers.MultiplyAccumulates;
    }
}
