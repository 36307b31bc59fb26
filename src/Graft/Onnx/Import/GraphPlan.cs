using Graft.Operations;
using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>Makes the steps of an operation of a part of an imported graph.</summary>
internal static class GraphPlan
{
    /// <summary>The steps of some nodes. A rectifier behind a normalisation or an addition that nothing else takes becomes part of it.</summary>
    /// <param name="nodes">The nodes, each after those that it takes; the last one makes the output.</param>
    /// <param name="input">What they begin with.</param>
    public static IReadOnlyList<GraphStep> Of(IReadOnlyList<ImportNode> nodes, ImportNode input)
    {
        var uses = nodes.SelectMany(n => n.Inputs).CountBy(n => n).ToDictionary();
        var merged = nodes.Where(n => n.Layer is ActivationLayer { Activation.IsRectifier: true } && n.Inputs[0].Layer is BatchNormLayer or AddLayer
            && nodes.Contains(n.Inputs[0]) && uses[n.Inputs[0]] == 1).ToDictionary(n => n.Inputs[0], n => n);
        var steps = new List<GraphStep>();
        var numbers = new Dictionary<ImportNode, int> { [input] = 0 };
        foreach (var node in nodes)
        {
            if (node.Layer is ActivationLayer && merged.GetValueOrDefault(node.Inputs[0]) == node)
            {
                numbers[node] = numbers[node.Inputs[0]];
                continue;
            }

            var layer = merged.TryGetValue(node, out var rectifier) ? WithActivation(node.Layer!, ((ActivationLayer)rectifier.Layer!).Activation) : node.Layer!;
            steps.Add(new(layer, [.. node.Inputs.Select(i => numbers[i])], node.Name, node.Weights.ToDictionary(w => w.Tensor, w => w.Name)));
            numbers[node] = steps.Count;
        }

        return steps;
    }

    private static GraphLayer WithActivation(GraphLayer layer, Activation activation) => layer switch
    {
        BatchNormLayer norm => norm with { Activation = activation },
        AddLayer add => add with { Activation = activation },
        _ => throw new ArgumentException($"{layer} takes no activation.", nameof(layer)),
    };
}
