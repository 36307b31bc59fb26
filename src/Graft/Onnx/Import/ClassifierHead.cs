using Google.Protobuf;
using Google.Protobuf.Collections;
using Graft.Networks;
using Graft.Onnx.Schema;
using Graft.Operations.Graphs;
using static TorchSharp.torch;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>
/// The layer that makes a score of each class: fully connected, or a convolution whose maps are averaged (SqueezeNet). A file gets a new one for other classes;
/// its initial values are PyTorch's of such layers: uniform within ±1/√inputs, weights and shifts alike.
/// </summary>
internal static class ClassifierHead
{
    /// <summary>The layer of a graph; null where the scores come from something else, or there is only one.</summary>
    public static ImportNode? Find(ImportGraph graph)
    {
        var node = graph.Logits;
        while (KeepsClassesApart(node))
        {
            node = node.Inputs[0];
        }

        return graph.Logits.Shape.Channels > 1 && node.Layer is LinearLayer or ConvolutionLayer { Groups: 1 } ? node : null;
    }

    /// <summary>A file like another, for other classes; the same file where it has as many. The values of the new layer depend on its shape alone.</summary>
    /// <param name="file">The file.</param>
    /// <param name="graph">What was read from it.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="DataException">Its scores do not come from a layer that can be made anew.</exception>
    public static OnnxFile ForClasses(OnnxFile file, ImportGraph graph, int classes)
    {
        int before = graph.Logits.Shape.Channels;
        if (before == classes)
        {
            return file;
        }

        if (Find(graph) is not { } head)
        {
            throw new ImportFault(file.Path).Of(
                Invariant($"gets no new classifier for {classes} classes: its {before} scores do not come from one fully connected layer or convolution. ")
                    + Invariant($"Export it again with {classes} classes.")
            );
        }

        using var scope = NewDisposeScope();
        return file.With(new Change(file.Whole(file.Model), before, classes).Run(head, InitialValues(head, classes, seed: 0)));
    }

    /// <summary>Makes sure that what follows the scores fits the new ones, too.</summary>
    /// <exception cref="DataException">It does not.</exception>
    public static void Require(ImportedNetwork import)
    {
        try
        {
            OnnxModel.Load(import.File.Bytes, import.Path).Dispose();
        }
        catch (DataException e)
        {
            int classes = import.Definition.Classes;
            throw new ImportFault(import.Path).Of(
                Invariant($"gets no new classifier for {classes} classes: what follows its scores does not fit them ({e.InnerException?.Message.TrimEnd()}). ")
                    + Invariant($"Export it again with {classes} classes.")
            );
        }
    }

    /// <summary>Gives the layer of a network initial values.</summary>
    /// <param name="network">The network.</param>
    /// <param name="head">The layer.</param>
    /// <param name="seed">Decides the values.</param>
    public static void Initialize(Network network, ImportNode head, long seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        foreach (var (weight, value) in InitialValues(head, head.Shape.Channels, seed))
        {
            tensors[weight.Name].copy_(value);
        }
    }

    // What neither changes the number of classes nor takes some of them together.
    private static bool KeepsClassesApart(ImportNode node) =>
        node.Layer is { TreatsChannelsAlike: true } and not FlattenLayer || (node.Layer is FlattenLayer && node.Inputs[0].Shape is { Height: 1, Width: 1 });

    private static List<(ImportWeight Weight, Tensor Value)> InitialValues(ImportNode head, int classes, long seed)
    {
        using var generator = new Generator((ulong)seed);
        long[] inputs = head.Layer switch
        {
            ConvolutionLayer convolution => [convolution.Inputs, convolution.Kernel.Height, convolution.Kernel.Width],
            LinearLayer linear => [linear.Inputs],
            _ => throw new ArgumentException($"{head} is no classifier.", nameof(head)),
        };
        double bound = 1 / Math.Sqrt(inputs.Aggregate(1L, (a, b) => a * b));
        return [.. head.Weights.Select(w => (w, empty(w.Tensor == "bias" ? [classes] : [classes, .. inputs]).uniform_(-bound, bound, generator)))];
    }

    /// <summary>Writes a layer for other classes into a model, and what follows from that: shapes and the names of classes.</summary>
    private sealed class Change(ModelProto model, int before, int classes)
    {
        private GraphProto Graph => model.Graph;

        public ModelProto Run(ImportNode head, IEnumerable<(ImportWeight Weight, Tensor Value)> values)
        {
            foreach (var (weight, value) in values)
            {
                var old = weight.Value!;
                var stored = weight.Tensor == "bias" // [K], [1, K], [K, 1, 1]
                    ? value.reshape([.. old.Dims.Select(d => d == before ? classes : d)])
                    : weight.ToFile(value);
                Set(Graph.Node.First(n => n.Output.Contains(weight.Consumer!)), new(old.Name, old.Type, stored.shape, Encode(stored, old.Type)));
            }

            var behind = Behind(head.Weights[0].Consumer!);
            foreach (var reshape in Graph.Node.Where(n => n.OpType == "Reshape" && n.Output.Any(behind.Contains) && n.Input.Count > 1).ToList())
            {
                if (Constant(reshape.Input[1]) is { } shape && shape.ToIntegers() is var sizes && sizes.Contains(before))
                {
                    Set(reshape, ConstantValue.Of(shape.Name, [.. sizes.Select((size, i) => i > 0 && size == before ? classes : size)]));
                }
            }

            foreach (var dim in Graph.Output.Where(o => behind.Contains(o.Name)).SelectMany(o => o.Type?.TensorType?.Shape?.Dim.Skip(1) ?? []))
            {
                if (dim.DimValue == before)
                {
                    dim.DimValue = classes;
                }
            }

            foreach (var stale in Graph.ValueInfo.Where(v => behind.Contains(v.Name)).ToList())
            {
                Graph.ValueInfo.Remove(stale);
            }

            foreach (var names in model.MetadataProps.Where(p => p.Key == NetworkMetadata.Classes).ToList())
            {
                model.MetadataProps.Remove(names);
            }

            return model;
        }

        // All that depends on a value, and the value.
        private HashSet<string> Behind(string value)
        {
            var behind = new HashSet<string> { value };
            foreach (var node in Graph.Node.Where(n => n.Input.Any(behind.Contains)))
            {
                behind.UnionWith(node.Output);
            }

            return behind;
        }

        private ConstantValue? Constant(string name)
        {
            var node = Graph.Node.FirstOrDefault(n => n.OpType == "Constant" && n.Output.Contains(name));
            var tensor = Graph.Initializer.FirstOrDefault(t => t.Name == name) ?? node?.Attribute.FirstOrDefault(a => a.Name == "value")?.T;
            return tensor is not null && ConstantValue.Read(tensor) is { } value ? value with { Name = name } : null;
        }

        // An initializer that nothing else takes keeps its name; anything else stays, beside one of a name of its own.
        private void Set(NodeProto consumer, ConstantValue value)
        {
            int index = Graph.Initializer.Index().Where(t => t.Item.Name == value.Name).Select(t => t.Index).DefaultIfEmpty(-1).First();
            if (index >= 0 && Graph.Node.Sum(n => n.Input.Count(x => x == value.Name)) == 1)
            {
                Graph.Initializer[index] = value.ToProto();
                foreach (var input in Graph.Input.Where(i => i.Name == value.Name).ToList())
                {
                    input.Type = OnnxFile.TypeOf(Graph.Initializer[index]);
                }

                return;
            }

            string name = Invariant($"{value.Name}.of{classes}");
            while (Graph.Initializer.Any(t => t.Name == name) || Graph.Node.Any(n => n.Output.Contains(name)))
            {
                name += "_";
            }

            OnnxFile.AddInitializer(model, (value with { Name = name }).ToProto());
            Replace(consumer.Input, value.Name, name);
        }

        private static void Replace(RepeatedField<string> inputs, string old, string name)
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                inputs[i] = inputs[i] == old ? name : inputs[i];
            }
        }

        private static ByteString Encode(Tensor value, DataType type) => ConstantValue.Encode(value.contiguous().data<float>().ToArray(), type);
    }
}
