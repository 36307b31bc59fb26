namespace Graft.Onnx;

/// <summary>
/// The layers of a network or of one operation as data: what <see cref="GraphLayers"/> records, <see cref="BatchNormFolding"/> rewrites and
/// <see cref="OnnxWriter"/> writes.
/// </summary>
/// <param name="Input">The input.</param>
/// <param name="Nodes">All nodes, each after those that it takes.</param>
/// <param name="Output">The output; the input itself for an identity.</param>
internal sealed record NetworkGraph(InputNode Input, IReadOnlyList<GraphNode> Nodes, GraphNode Output)
{
    /// <summary>How many nodes take each node; the graph's output counts as one.</summary>
    public IReadOnlyDictionary<GraphNode, int> CountUses()
    {
        var uses = Nodes.ToDictionary(node => node, _ => 0);
        uses[Output]++;
        foreach (var input in Nodes.SelectMany(node => node.Inputs))
        {
            uses[input]++;
        }

        return uses;
    }
}
