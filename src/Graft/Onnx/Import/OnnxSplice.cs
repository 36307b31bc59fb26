using Google.Protobuf;
using Graft.Networks;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Operations.Graphs;
using Graft.Runtime;
using static TorchSharp.torch;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>
/// Writes an imported network back into its file: swapped positions get new nodes, trained weights new values; names, inputs, outputs, metadata, operator set,
/// what comes before and after the network, and all that did not change stay as they are, to the bit.
/// </summary>
internal static class OnnxSplice
{
    private const double HalfTolerance = 3e-2; // of the largest logit; weights in fp16 are rounded

    /// <summary>Writes a file, once ONNX Runtime has given the same answers as the network itself.</summary>
    /// <param name="import">What the network was made from.</param>
    /// <param name="network">A network of that layout, trained or with other operations, on the CPU in fp32.</param>
    /// <param name="path">The file. It is written whole or not at all.</param>
    /// <param name="options">What else is written, and what is compared.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <returns>How the answers differ.</returns>
    /// <exception cref="RunException">The answers differ, or the file cannot be written.</exception>
    public static OnnxComparison Save(
        ImportedNetwork import, Network network, string path, OnnxSpliceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        byte[] bytes = WithMetadata(Serialize(import, network, out bool isChanged), isChanged, MetadataOf(import, options));
        bool half = import.Nodes.SelectMany(n => n.Weights).Any(w => w.Value?.Type is DataType.Float16 or DataType.Bfloat16);
        var model = ModelProto.Parser.ParseFrom(bytes);
        ImportCheck.RequireLoads(import, model);
        var comparison = ImportCheck.Compare(import, model, network, options.Images, cancellation, options.Answers);
        double tolerance = half ? HalfTolerance * comparison.LargestLogit : Math.Max(comparison.Tolerance, ImportCheck.Tolerance * comparison.LargestLogit);
        if (!(comparison.MaxDifference <= tolerance) || (comparison.ClassesDiffering > 0 && !half))
        {
            throw new RunException(
                Invariant(
                    $"{path} is not written: for {comparison.Images} images ONNX Runtime gives logits that differ from the network's by up to {comparison.MaxDifference:0.0e+0} "
                )
                    + Invariant(
                        $"(at most {tolerance:0.0e+0} may be rounding) and another class for {comparison.ClassesDiffering}. Please report this with the file and the weights."
                    )
            );
        }

        options.Answers?.Require();
        AtomicFile.Write(path, stream => stream.Write(bytes));
        return comparison;
    }

    // With what programs that use the file have to know and it does not say, or says of other pixels and classes than the network's now.
    private static Dictionary<string, string> MetadataOf(ImportedNetwork import, OnnxSpliceOptions options)
    {
        var metadata = options.Metadata.ToDictionary();
        if (options.Normalization is { } normalization && $"{NetworkMetadata.ReadNormalization(import.Metadata, import.Path)}" != $"{normalization}")
        {
            foreach (var (key, text) in NetworkMetadata.OfPixels(import.Definition.Image, normalization))
            {
                metadata[key] = text;
            }
        }

        if (NetworkMetadata.ReadScaling(import.Metadata, import.Path) != options.Scaling)
        {
            foreach (var (key, text) in NetworkMetadata.OfScaling(options.Scaling))
            {
                metadata[key] = text;
            }
        }

        if (options.ClassNames.Count > 0 && !options.ClassNames.SequenceEqual(import.ClassNames))
        {
            var (key, names) = NetworkMetadata.Of(options.ClassNames);
            metadata[key] = names;
        }

        return metadata;
    }

    // What the file says of itself stays, but for what Graft said of the network that it was; what is added replaces what was added before.
    private static byte[] WithMetadata(byte[] model, bool isChanged, Dictionary<string, string> metadata)
    {
        if (metadata.Count == 0 && !isChanged)
        {
            return model;
        }

        var parsed = ModelProto.Parser.ParseFrom(model);
        foreach (var stale in parsed.MetadataProps.Where(p => isChanged && NetworkMetadata.IsOfOneNetwork(p.Key)).ToList())
        {
            parsed.MetadataProps.Remove(stale);
        }

        foreach (var (key, value) in metadata)
        {
            if (parsed.MetadataProps.FirstOrDefault(p => p.Key == key) is { } known)
            {
                known.Value = value;
            }
            else
            {
                parsed.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }

        return parsed.ToByteArray();
    }

    /// <summary>The bytes of the file, not compared with anything yet; those of the original if nothing changed, with the values that lie beside it.</summary>
    /// <param name="import">What the network was made from.</param>
    /// <param name="network">A network of that layout.</param>
    /// <param name="isChanged">Whether an operation or a value of the network is another.</param>
    /// <exception cref="ArgumentException">The network has another layout.</exception>
    public static byte[] Serialize(ImportedNetwork import, Network network, out bool isChanged)
    {
        if (network.Definition.Name != import.Definition.Name)
        {
            throw new ArgumentException($"{network.Definition.Name} is not the network of {import.File.Path}.", nameof(network));
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var changed = new Splice(import, network).Run();
        isChanged = changed is not null;
        return changed?.ToByteArray() ?? (import.File.External.Count == 0 ? import.File.Bytes : import.File.Whole(import.File.Model).ToByteArray());
    }

    private sealed class Splice
    {
        private static readonly string[] NormInputs = ["", "weight", "bias", "running_mean", "running_var"];

        private readonly ImportedNetwork _import;
        private readonly Network _network;
        private readonly ModelProto _model;
        private readonly Dictionary<string, Tensor> _tensors;
        private readonly Dictionary<ImportNode, string> _prefixes = [];
        private readonly HashSet<ImportNode> _replaced = [];
        private readonly HashSet<string> _taken;
        private bool _changed;

        public Splice(ImportedNetwork import, Network network)
        {
            _import = import;
            _network = network;
            _model = import.File.Whole(import.File.Model);
            _tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
            _taken =
            [
                .. Graph.Node.SelectMany(n => n.Input.Concat(n.Output).Append(n.Name)),
                .. Graph.Initializer.Select(t => t.Name),
                .. Graph.Input.Select(i => i.Name),
            ];
        }

        private GraphProto Graph => _model.Graph;

        public ModelProto? Run()
        {
            var before = LiveNodes();
            foreach (var (place, operation) in _network.Substituted)
            {
                var position = _network.Definition.PositionAt(place);
                var found = FoundAt(place);
                if (place.IsSingle && operation.Family is ReinitializedTeacher)
                {
                    foreach (var node in found.Nodes)
                    {
                        _prefixes[node] = $"{position.Path}.";
                    }
                }
                else
                {
                    Replace(position, found);
                }
            }

            foreach (var node in _import.Nodes.Where(n => !_replaced.Contains(n)))
            {
                SetWeights(node);
            }

            if (!_changed)
            {
                return null;
            }

            RemoveUnused(before);
            return _model;
        }

        // The positions of a run follow one another directly.
        private ImportPosition FoundAt(Place place)
        {
            var run = _import.Found.Skip(place.First - 1).Take(place.Length).ToList();
            return run[0] with { To = run[^1].To, Nodes = [.. run.SelectMany(p => p.Nodes)], Ending = run[^1].Ending, Next = run[^1].Next };
        }

        private void Replace(Position position, ImportPosition found)
        {
            _changed = true;
            _replaced.UnionWith(found.Nodes);
            var operation = _network.OperationAt(position);
            var graph = BatchNormFolding.Fold(GraphLayers.Record(position.Input, operation.NamedTensors(position.Path), operation.Apply));
            string output = found.To.FileValue!;
            int place = IndexOfProducer(output);
            Graph.Node.RemoveAt(place);
            var nodes = OnnxWriter.WriteInto(graph, found.From.FileValue!, output, _taken, "", _import.File.OperatorSet);
            for (int i = 0; i < nodes.Node.Count; i++)
            {
                Graph.Node.Insert(place + i, nodes.Node[i]);
            }

            bool half = found.Nodes.SelectMany(n => n.Weights).Any(w => w.Value?.Type == DataType.Float16);
            foreach (var tensor in nodes.Initializer)
            {
                if (half && tensor.DataType == (int)DataType.Float)
                {
                    tensor.RawData = ConstantValue.Encode(ConstantValue.Read(tensor)!.ToFloats(), DataType.Float16);
                    tensor.DataType = (int)DataType.Float16;
                }

                AddInitializer(tensor);
            }
        }

        private void SetWeights(ImportNode node)
        {
            if (node.IsRestored)
            {
                return; // with its convolution
            }

            if (_import.Nodes.FirstOrDefault(n => n.IsRestored && n.Inputs[0] == node) is { } restored)
            {
                if (Folded(node, restored) is var (weight, bias))
                {
                    SetFolded(node, weight, bias);
                }

                return;
            }

            foreach (var part in node.Weights.Where(w => w.Value is not null))
            {
                var value = Current(node, part);
                if (!Same(value, part.FromFile(part.Value!.ToTensor())))
                {
                    Set(part, part.ToFile(value));
                }
            }
        }

        private void SetFolded(ImportNode convolution, Tensor weight, Tensor bias)
        {
            var (filters, old) = PartsOf(convolution);
            Set(filters, filters.ToFile(weight));
            if (old is not null)
            {
                Set(old, old.ToFile(bias));
                return;
            }

            string name = Unique($"{filters.Name}.bias");
            AddInitializer(new ConstantValue(name, filters.Value!.Type, [bias.numel()], Encode(bias, filters.Value.Type)).ToProto());
            Graph.Node.First(n => n.Output.Contains(filters.Consumer!)).Input.Add(name);
        }

        private static (ImportWeight Filters, ImportWeight? Bias) PartsOf(ImportNode convolution) =>
            (convolution.Weights.First(w => w.Tensor == "weight"), convolution.Weights.FirstOrDefault(w => w.Tensor == "bias"));

        // The convolution with the batch normalisation that was put back behind it; null if neither was trained.
        private (Tensor Weight, Tensor Bias)? Folded(ImportNode convolution, ImportNode norm)
        {
            var (filters, old) = PartsOf(convolution);
            var factor = FilterScale.Between(filters.FromFile(filters.Value!.ToTensor()), Current(convolution, filters));
            bool untouched = factor is not null
                && (old is null || Same(Current(convolution, old), old.FromFile(old.Value!.ToTensor()) * factor));
            Tensor Of(string name) => _tensors[_prefixes.GetValueOrDefault(norm, "") + norm.Weights.First(w => w.Tensor == name).Name];
            double epsilon = ((BatchNormLayer)norm.Layer!).Epsilon;
            if (untouched && (IsUndone() || IsFresh(Of("weight"), Of("bias"), Of("running_mean"), Of("running_var"), epsilon)))
            {
                return null;
            }

            var scale = Of("weight").@double() / Of("running_var").@double().Plus(epsilon).sqrt();
            var weight = Current(convolution, filters).@double() * scale.view(-1, 1, 1, 1);
            var shift = old is null ? -Of("running_mean").@double() : Current(convolution, old).@double() - Of("running_mean").@double();
            return (weight.@float(), (shift * scale).Plus(Of("bias").@double()).@float());

            bool IsUndone() => Same(Of("weight"), Of("running_var").Plus(epsilon).sqrt() / factor!) && Same(Of("bias") * factor!, Of("running_mean"));
        }

        private static bool IsFresh(Tensor weight, Tensor bias, Tensor mean, Tensor variance, double epsilon) =>
            weight.IsAll(MathF.Sqrt((float)(1 + epsilon)))
            && bias.IsAll(0)
            && mean.IsAll(0)
            && variance.IsAll(1);

        private Tensor Current(ImportNode node, ImportWeight weight) => _tensors[_prefixes.GetValueOrDefault(node, "") + weight.Name];

        private static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();

        // A value that several layers share, or that nodes compute, becomes an initializer of its own.
        private void Set(ImportWeight weight, Tensor value)
        {
            _changed = true;
            var old = weight.Value!;
            var bytes = Encode(value, old.Type);
            bool shared = weight.Name != old.Name || _import.Nodes.SelectMany(n => n.Weights).Count(w => w.Value?.Name == old.Name) > 1;
            if (!shared && Graph.Initializer.FirstOrDefault(t => t.Name == old.Name) is { } initializer)
            {
                initializer.MergeFrom(new TensorProto { RawData = bytes });
                initializer.FloatData.Clear();
                initializer.DoubleData.Clear();
                initializer.Int32Data.Clear();
                return;
            }

            string name = Unique(weight.Name);
            AddInitializer(new ConstantValue(name, old.Type, old.Dims, bytes).ToProto());
            var consumer = Graph.Node.First(n => n.Output.Contains(weight.Consumer!));
            int norm = consumer.OpType == "BatchNormalization" ? Array.IndexOf(NormInputs, weight.Tensor) : -1; // its inputs may be one and the same value
            for (int i = 0; i < consumer.Input.Count; i++)
            {
                consumer.Input[i] = consumer.Input[i] == old.Name && (norm < 0 || norm == i) ? name : consumer.Input[i];
            }
        }

        private static ByteString Encode(Tensor value, DataType type)
        {
            using var scope = NewDisposeScope();
            var contiguous = value.to(ScalarType.Float32).cpu().contiguous();
            return ConstantValue.Encode(contiguous.data<float>().ToArray(), type);
        }

        private void AddInitializer(TensorProto tensor) => OnnxFile.AddInitializer(_model, tensor);

        private string Unique(string name)
        {
            string unique = name;
            for (int n = 2; !_taken.Add(unique); n++)
            {
                unique = Invariant($"{name}_{n}");
            }

            return unique;
        }

        private int IndexOfProducer(string value)
        {
            for (int i = 0; i < Graph.Node.Count; i++)
            {
                if (Graph.Node[i].Output.Contains(value))
                {
                    return i;
                }
            }

            throw new InvalidOperationException($"Nothing makes '{value}'.");
        }

        private HashSet<NodeProto> LiveNodes()
        {
            var needed = Graph.Output.Select(o => o.Name).ToHashSet();
            var live = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
            foreach (var node in Graph.Node.Reverse().Where(n => n.Output.Any(needed.Contains)))
            {
                live.Add(node);
                needed.UnionWith(node.Input);
            }

            return live;
        }

        // What was needed before and is no longer; what never was needed stays.
        private void RemoveUnused(HashSet<NodeProto> before)
        {
            var live = LiveNodes();
            var dead = Graph.Node.Where(n => before.Contains(n) && !live.Contains(n)).ToList();
            var gone = dead.SelectMany(n => n.Output).ToHashSet();
            var lost = dead.SelectMany(n => n.Input).Concat(_import.Nodes.SelectMany(n => n.Weights).Select(w => w.Value?.Name ?? "")).ToHashSet();
            dead.ForEach(n => Graph.Node.Remove(n));
            var used = Graph.Node.SelectMany(n => n.Input).Concat(Graph.Output.Select(o => o.Name)).ToHashSet();
            var unused = Graph.Initializer.Where(t => lost.Contains(t.Name) && !used.Contains(t.Name)).ToList();
            foreach (var tensor in unused)
            {
                Graph.Initializer.Remove(tensor);
                if (Graph.Input.FirstOrDefault(i => i.Name == tensor.Name) is { } input)
                {
                    Graph.Input.Remove(input);
                }
            }

            foreach (var info in Graph.ValueInfo.Where(v => gone.Contains(v.Name) && !Graph.Node.Any(n => n.Output.Contains(v.Name))).ToList())
            {
                Graph.ValueInfo.Remove(info);
            }
        }
    }
}
