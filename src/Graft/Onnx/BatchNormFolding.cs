using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>
/// Rewrites a graph for inference into an equal one with fewer layers. Batch normalisation with stored statistics becomes part of the convolution before it
/// (Jacob et al. 2018, section 3.2), and convolutions of one input that are added become one (RepVGG: Ding et al. 2021, section 3.3). Computed in fp64.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>Folds what can be folded. New tensors belong to the current dispose scope.</summary>
    public static NetworkGraph Fold(NetworkGraph graph)
    {
        using var _ = no_grad();
        var uses = graph.CountUses();
        var folded = new Dictionary<GraphNode, GraphNode>();
        foreach (var node in graph.Nodes)
        {
            var inputs = node.Inputs.Select(input => folded[input]).ToList();
            bool ownsInputs = node.Inputs.All(input => uses[input] == 1); // else the value before folding is still needed by others
            folded[node] = (ownsInputs ? Fold(node, inputs) : null) ?? node.WithInputs(inputs);
        }

        return Reachable((InputNode)folded[graph.Input], graph.Nodes.Select(node => folded[node]), folded[graph.Output]);
    }

    private static ConvolutionNode? Fold(GraphNode node, IReadOnlyList<GraphNode> inputs) => (node, inputs) switch
    {
        (BatchNormNode norm, [ConvolutionNode convolution]) => Fold(norm, convolution),
        (AddNode, [ConvolutionNode x, ConvolutionNode y]) => Merge(x, y),
        (AddNode, [ConvolutionNode x, BatchNormNode y]) when x.Inputs[0] == y.Inputs[0] => Merge(x, AsConvolution(y)),
        (AddNode, [BatchNormNode x, ConvolutionNode y]) when x.Inputs[0] == y.Inputs[0] => Merge(y, AsConvolution(x)),
        _ => null,
    };

    // a (W x + b − mean) + shift = (a W) x + (a (b − mean) + shift), a = scale / √(variance + ε)
    private static ConvolutionNode Fold(BatchNormNode norm, ConvolutionNode convolution)
    {
        var (scale, shift) = Affine(norm);
        var bias = convolution.Bias is null ? shift : (convolution.Bias.@double() * scale).Plus(shift);
        return convolution.With(convolution.Inputs[0], convolution.Weight.@double() * scale.view(-1, 1, 1, 1), bias);
    }

    private static (Tensor Scale, Tensor Shift) Affine(BatchNormNode norm)
    {
        var scale = norm.Scale.@double() / norm.Variance.@double().Plus(norm.Epsilon).sqrt();
        return (scale, norm.Shift.@double() - norm.Mean.@double() * scale);
    }

    // A normalised skip is a 1x1 convolution whose weights are a diagonal matrix.
    private static ConvolutionNode AsConvolution(BatchNormNode norm)
    {
        var (scale, shift) = Affine(norm);
        return new(norm.Name, norm.Inputs[0], scale.diag().view(norm.Channels, norm.Channels, 1, 1), shift, norm.Shape);
    }

    private static ConvolutionNode? Merge(ConvolutionNode x, ConvolutionNode y)
    {
        if (x.Inputs[0] != y.Inputs[0] || x.Stride != y.Stride || x.Groups != y.Groups || !x.IsCentred || !y.IsCentred)
        {
            return null;
        }

        int kernel = Math.Max(x.Kernel.Height, y.Kernel.Height);
        var (larger, other) = x.Kernel.Height == kernel ? (x, y) : (y, x);
        var bias = larger.Bias is null ? other.Bias?.@double() : other.Bias is null ? larger.Bias.@double() : larger.Bias.@double().Plus(other.Bias.@double());
        return larger.With(larger.Inputs[0], Padded(larger).Plus(Padded(other)), bias);

        Tensor Padded(ConvolutionNode node)
        {
            int margin = (kernel - node.Kernel.Height) / 2;
            return nn.functional.pad(node.Weight.@double(), [margin, margin, margin, margin]);
        }
    }

    private static NetworkGraph Reachable(InputNode input, IEnumerable<GraphNode> nodes, GraphNode output)
    {
        var all = nodes.Distinct().ToList();
        var needed = new HashSet<GraphNode> { input, output };
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(all[i]))
            {
                needed.UnionWith(all[i].Inputs);
            }
        }

        return new(input, all.Where(needed.Contains).ToList(), output);
    }
}
