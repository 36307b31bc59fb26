using Google.Protobuf;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>
/// Writes networks as ONNX files (operator set 17, fp32). A network has one input <c>images</c> [N, C, H, W], normalised as in training, and one output
/// <c>logits</c> [N, K]; N is open. The metadata tell what it is: architecture, operations, image, how pixels become input, and classes.
/// </summary>
public static class OnnxExport
{
    /// <summary>The version of ONNX's operator set that files are written in.</summary>
    public const int OperatorSet = OnnxWriter.OperatorSet;

    /// <summary>Writes a network to a file, once ONNX Runtime has given the same answers as the network itself.</summary>
    /// <param name="network">The network, on the CPU, in fp32.</param>
    /// <param name="options">What to write.</param>
    /// <param name="path">The file. It is written whole or not at all.</param>
    /// <param name="images">Normalised images [N, C, H, W] for the comparison, in batches that this method disposes; null for 64 images of seeded
    /// noise.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="RunException">The answers differ, or the file cannot be written.</exception>
    /// <exception cref="ArgumentException">There are no images in <paramref name="images"/>.</exception>
    public static OnnxComparison Save(
        Network network, OnnxExportOptions options, string path, IEnumerable<Batch>? images = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(path);
        return Save(network, options, path, images, null, cancellation);
    }

    /// <summary>The same, where the network's answers may refuse the file.</summary>
    internal static OnnxComparison Save(
        Network network, OnnxExportOptions options, string path, IEnumerable<Batch>? images, AnswerCheck? answers, CancellationToken cancellation)
    {
        byte[] model = Serialize(network, options);
        var comparison = OnnxCheck.Compare(network, model, images, answers, cancellation);
        if (!comparison.Agrees)
        {
            throw new RunException(
                Invariant(
                    $"{path} is not written: for {comparison.Images} images ONNX Runtime gives logits that differ from the network's by up to {comparison.MaxDifference:0.0e+0} "
                )
                    + Invariant(
                        $"(at most {comparison.Tolerance:0.0e+0} may be rounding) and another class for {comparison.ClassesDiffering}. Please report this with the file of weights."
                    )
            );
        }

        answers?.Require();
        AtomicFile.Write(path, stream => stream.Write(model));
        return comparison;
    }

    /// <summary>A network as the bytes of an ONNX file, not compared with anything yet.</summary>
    /// <exception cref="ConfigurationException">The network is larger than an ONNX file of one part can be (2 GB).</exception>
    internal static byte[] Serialize(Network network, OnnxExportOptions options)
    {
        var definition = network.Definition;
        var image = new FeatureShape(definition.Image.Channels, definition.Image.Height, definition.Image.Width);
        var model = Model(definition.Name, "images", "logits", image, [definition.Classes], network.NamedTensors(), network.Apply, options.FoldBatchNorm);
        var metadata = NetworkMetadata.Describe(network, options.Normalization, options.ClassNames);
        var entries = metadata.Concat(NetworkMetadata.OfScaling(options.Scaling)).Concat(options.Provenance);
        foreach (var (key, value) in entries.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model.ToByteArray();
    }

    /// <summary>
    /// A single operation as the bytes of an ONNX file with one input <c>x</c> and one output <c>y</c>, both [N, C, H, W]: what latency tables measure.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="fold">As <see cref="OnnxExportOptions.FoldBatchNorm"/>.</param>
    internal static byte[] Serialize(Operation operation, FeatureShape input, bool fold = true)
    {
        var output = operation.Cost(input).Output;
        return Model(operation.GetName(), "x", "y", input, [output.Channels, output.Height, output.Width], operation.NamedTensors(""), operation.Apply, fold)
            .ToByteArray();
    }

    private static ModelProto Model(
        string name, string input, string output, FeatureShape inputShape, IReadOnlyList<int> outputShape, IEnumerable<(string Name, Tensor Tensor)> tensors,
        Func<ILayers<GraphNode>, GraphNode, GraphNode> apply, bool fold)
    {
        var weights = tensors.ToList();
        long size = weights.Sum(w => w.Tensor.numel() * sizeof(float));
        if (size > int.MaxValue - (1 << 20))
        {
            throw new ConfigurationException(Invariant($"{name} takes {size / 1e9:0.0} GB; an ONNX file holds at most 2 GB."));
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var graph = GraphLayers.Record(inputShape, weights, apply);
        return OnnxWriter.Write(fold ? BatchNormFolding.Fold(graph) : graph, name, input, output, outputShape);
    }
}
