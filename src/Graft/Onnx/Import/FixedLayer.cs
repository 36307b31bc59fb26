using Graft.Operations.Graphs;

namespace Graft.Onnx.Import;

/// <summary>A convolution or fully connected layer of an imported network that belongs to no position.</summary>
/// <param name="Node">The node of the file.</param>
/// <param name="Kind">What it is: <c>7x7 convolution, stride 2</c>.</param>
/// <param name="MultiplyAccumulates">Its multiply-accumulates for one image.</param>
/// <param name="Reason">Why it stays.</param>
internal sealed record FixedLayer(string Node, string Kind, long MultiplyAccumulates, string Reason)
{
    /// <summary>The layer of a node outside of all positions; null for one without multiply-accumulates.</summary>
    /// <param name="node">The node.</param>
    /// <param name="part">Why it is no position, where it could have begun one; null where it could not.</param>
    public static FixedLayer? Of(ImportNode node, FixedPart? part) => node.Layer switch
    {
        ConvolutionLayer { Kernel: var kernel } layer => new(
            node.Node,
            Invariant($"{kernel.Height}x{kernel.Width} convolution{StrideOf(node)}"),
            (long)kernel.Height * kernel.Width * (layer.Inputs / layer.Groups) * layer.Outputs * node.Shape.Height * node.Shape.Width,
            part is not null ? part.Reason
                : PositionFinder.IsStillPixels(node.Inputs[0]) ? "it takes the image, candidates take feature maps"
                : kernel is { Height: 1, Width: 1 } ? "it stands between positions, which begin at convolutions over several pixels"
                : "no candidate makes its shape, or it makes the scores"),
        LinearLayer layer => new(node.Node, "fully connected", (long)layer.Inputs * layer.Outputs, "it is no convolution"),
        _ => null,
    };

    private static string StrideOf(ImportNode node) =>
        (int)Math.Round((double)node.Inputs[0].Shape.Height / node.Shape.Height) is > 1 and var stride ? Invariant($", stride {stride}") : "";
}
