using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Schema;
using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Tests.Onnx;

/// <summary>Networks and operations whose batch statistics are not those of a fresh layer, so that a mistake in folding them shows.</summary>
internal static class OnnxNetworks
{
    public static readonly ImageShape Image = new(3, 16, 16);

    public static OnnxExportOptions Options => new() { Normalization = new([0.25f, 0.5f, 0.75f], [0.5f, 0.25f, 0.125f]) };

    public static Network Create(string name, params (int Position, string Operation)[] substitutions)
    {
        var network = Network.Create(name, Image, classes: 4, seed: 1);
        using var layers = new LayerFactory(2);
        foreach (var (position, operation) in substitutions)
        {
            network.Substitute(network.Definition.PositionAt(position), OperationCatalog.Default.Parse(operation), layers);
        }

        Randomize(network.NamedTensors());
        return network;
    }

    /// <summary>Gives batch norms scales, shifts and statistics as a trained network has them.</summary>
    public static void Randomize(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var _ = no_grad();
        using var generator = new Generator(3);
        foreach (var (name, tensor) in tensors.Where(t => t.Tensor.dim() == 1))
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
            {
                tensor.normal_(0, 0.3, generator);
            }
            else
            {
                tensor.uniform_(0.5, 1.5, generator);
            }
        }
    }

    public static IReadOnlyList<string> LayersOf(byte[] model) => [.. ModelProto.Parser.ParseFrom(model).Graph.Node.Select(node => node.OpType)];
}
