using Graft.Data;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Operations.Graphs;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>
/// Goes through the nodes of a file in their order and makes layers of those that depend on the image. What does not is computed at once
/// (<see cref="ConstantEvaluator"/>); what only moves dimensions about becomes part of a view (<see cref="AxisView"/>).
/// </summary>
internal sealed partial class GraphReader
{
    private const double MaxNumbers = 1 << 28; // of the images that a file takes at once, and of a layer's result for one

    private static readonly string[] Recurrent = ["LSTM", "GRU", "RNN"];
    private static readonly string[] Detection = ["NonMaxSuppression", "RoiAlign", "MaxRoiPool"];
    private static readonly string[] Control = ["If", "Loop", "Scan", "SequenceMap"];

    private readonly OnnxFile _file;
    private readonly ImportFault _fault;
    private readonly ConstantEvaluator _evaluator;
    private readonly int _operatorSet;
    private readonly Dictionary<string, ConstantValue> _constants = [];
    private readonly Dictionary<string, Value> _values = [];
    private readonly Dictionary<(ImportNode, int), ImportNode> _shuffled = [];
    private int _batch = 1;
    private readonly HashSet<string> _unsupported = []; // values that come from what is not supported
    private readonly List<string> _problems = [];

    public GraphReader(OnnxFile file)
    {
        _file = file;
        _fault = new(file.Path);
        _evaluator = new(file.Model);
        _operatorSet = file.OperatorSet;
    }

    /// <summary>A value of the file that depends on the image.</summary>
    private readonly record struct Value(ImportNode Node, AxisView View);

    /// <summary>Reads the network that gives an output.</summary>
    /// <exception cref="DataException">It is no image classifier that can be imported; the message says all that is in the way.</exception>
    public ImportGraph Read(OnnxImportOptions options)
    {
        RefuseDetectors();
        RefuseWithoutImages();
        var nodes = Needed(OutputName(options.Output)).ToList();
        var input = Input(nodes);
        if (FaultOf(nodes) is { } fault)
        {
            throw fault;
        }

        var image = ImageOf(input, options.Image, out bool channelsLast, out _batch);
        var shape = new FeatureShape(image.Channels, image.Height, image.Width);
        var source = new ImportNode(null, [], shape, input.Name) { Node = input.Name, Operator = "input" };
        SetValue(input.Name, new(source, channelsLast ? AxisView.ChannelsLast(shape) : AxisView.ChannelsFirst(shape)));
        ReadInitializers(nodes);
        foreach (var node in nodes)
        {
            Read(node);
        }

        string output = OutputName(options.Output);
        if (_problems.Count > 0)
        {
            RefuseTransformer(nodes);
            throw Unsupported(_problems);
        }

        if (!_values.TryGetValue(output, out var last))
        {
            throw _fault.Of($"gives '{output}', which does not depend on the image.");
        }

        return Finish(source, last, input.Name, output, channelsLast);
    }

    // Attention is a product of the softmax of one part of the image with another part.
    private void RefuseTransformer(List<OnnxNode> nodes)
    {
        var makers = nodes.SelectMany(node => node.Proto.Output.Select(output => (Output: output, Node: node)))
            .DistinctBy(m => m.Output).ToDictionary(m => m.Output, m => m.Node);
        if (nodes.FirstOrDefault(node => node is { Operator: "MatMul", Proto.Input: [var weights, _] } && IsSoftmax(weights)) is { } attention)
        {
            throw _fault.Of($"is a transformer: node {attention.Name} is attention, a product with weights of Softmax. Graft takes convolutional networks.");
        }

        bool IsSoftmax(string value) => makers.GetValueOrDefault(value) switch
        {
            { Operator: "Softmax" } => true,
            { Operator: "Cast" or "Dropout" or "Identity", Proto.Input: [var from, ..] } => IsSoftmax(from),
            _ => false,
        };
    }

    private ImportGraph Finish(ImportNode source, Value last, string input, string output, bool channelsLast)
    {
        var (logits, ending) = (last.Node, new List<string>());
        string logitsName = output;
        while (logits.Layer is PatternLayer { Operator: "Softmax" or "LogSoftmax" } or ActivationLayer { Activation.Kind: ActivationKind.Sigmoid })
        {
            ending.Add(logits.Operator);
            logitsName = logits.Inputs[0].Name;
            logits = logits.Inputs[0];
        }

        if (last.View.Sizes.Count(size => size > 1) != 1)
        {
            throw _fault.Of(
                $"gives '{output}': [N, {string.Join(", ", last.View.Sizes.Select(v => Invariant($"{v}")))}]; expected scores [N, K] of a classifier."
            );
        }

        if (logits.Layer is not LinearLayer)
        {
            logits = new(new FlattenLayer(), [logits], new(logits.Shape.Channels * logits.Shape.Height * logits.Shape.Width, 1, 1), $"{logits.Name}.flat")
            {
                Operator = "Flatten",
            };
        }

        var result = new ImportGraph(source, logits)
        {
            InputName = input,
            OutputName = output,
            LogitsName = logitsName,
            ChannelsLast = channelsLast,
            Batch = _batch,
            Ending = ending,
        };
        foreach (var (name, value) in _values.Where(v => v.Value.View.IsChannelsFirst && v.Value.View.Rank == 4))
        {
            value.Node.FileValue ??= name;
        }

        return result;
    }

    private string OutputName(string? wanted)
    {
        var outputs = _file.Model.Graph.Output.Select(o => o.Name).ToList();
        return wanted is null ? outputs.Count == 1 ? outputs[0] : OnlyScores(outputs)
            : outputs.Contains(wanted) ? wanted
            : throw _fault.Of($"has no output '{wanted}': it gives {string.Join(", ", outputs.Select(o => $"'{o}'"))}.");
    }

    // Of several outputs the one that can be scores.
    private string OnlyScores(List<string> outputs)
    {
        if (FaultOfAll(outputs) is { } fault)
        {
            throw fault;
        }

        return _file.Model.Graph.Output.Where(CanBeScores).ToList() switch
        {
            [var only] => only.Name,
            [] => throw _fault.Of(
                $"is no image classifier: {ScoreOutputs.NoneOf([.. _file.Model.Graph.Output.Select(o => $"'{o.Name}': {Describe(o.Type?.TensorType)}")])}."),
            var several => throw _fault.Of(
                Invariant(
                    $"gives {outputs.Count} outputs, {several.Count} of which can be scores ({List(several.Select(o => o.Name))}); name the one with the classes' scores."
                ),
                new Remedy(Setting.OnnxOutput)
            ),
        };
    }

    // Exporters may leave the shape of an output open.
    private static bool CanBeScores(ValueInfoProto output) => output.Type?.TensorType switch
    {
        null or { Shape: null } => true,
        var type => IsFloat(type) && ScoreOutputs.AreScores([.. type.Shape.Dim.Select(d => d.DimValue)]),
    };

    private static bool IsFloat(TypeProto.Types.Tensor type) => type.ElemType is (int)DataType.Float or (int)DataType.Float16;

    // What is in the way of every output: naming one would not help.
    private DataException? FaultOfAll(IEnumerable<string> outputs)
    {
        var faults = outputs.Select(output => FaultOf([.. Needed(output)])).ToList();
        return faults.Contains(null) ? null : faults.FirstOrDefault();
    }

    // The nodes that an output needs, in the file's order.
    private IEnumerable<OnnxNode> Needed(string output)
    {
        var all = _file.Model.Graph.Node;
        var needed = new HashSet<string> { output };
        bool[] keep = new bool[all.Count];
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].Output.Any(needed.Contains))
            {
                keep[i] = true;
                needed.UnionWith(all[i].Input.Where(x => x.Length > 0));
            }
        }

        return all.Select((node, i) => new OnnxNode(node, i)).Where((_, i) => keep[i]);
    }

    // They have several outputs, and control flow: what they are is said before what is in the way.
    private void RefuseDetectors()
    {
        var nodes = _file.Model.Graph.Node.Select((node, i) => new OnnxNode(node, i));
        if (nodes.FirstOrDefault(node => Detection.Contains(node.Operator)) is { } detection)
        {
            throw _fault.Of($"is a detector: node {detection.Name} is {detection.Operator}. Graft takes classifiers.");
        }
    }

    // What makes of these nodes no network that can be imported, whatever their layers are; null for nothing.
    private DataException? FaultOf(List<OnnxNode> nodes)
    {
        OnnxNode? First(Func<OnnxNode, bool> which) => nodes.FirstOrDefault(which);
        if (First(n => n.Proto.Domain is not ("" or "ai.onnx")) is { } custom)
        {
            return _fault.Of($"uses {custom.Proto.Domain}.{custom.Operator} (node {custom.Name}), which is not of ONNX's operator set.");
        }

        if (First(n => Control.Contains(n.Operator)) is { } control)
        {
            return _fault.Of(
                $"has control flow: node {control.Name} is {control.Operator}. Where that only looks at the size of images, an export with a fixed input size has none.");
        }

        if (First(n => Recurrent.Contains(n.Operator)) is { } recurrent)
        {
            return _fault.Of($"is recurrent: node {recurrent.Name} is {recurrent.Operator}. Graft takes convolutional networks.");
        }

        if (
            First(n =>
                n.Operator.StartsWith("QLinear", StringComparison.Ordinal)
                || n.Operator is "QuantizeLinear" or "DequantizeLinear" or "ConvInteger" or "MatMulInteger" or "DynamicQuantizeLinear"
            ) is
            { } quantised
        )
        {
            return _fault.Of($"is quantised: node {quantised.Name} is {quantised.Operator}. Give the file before quantisation.");
        }

        return null;
    }

    // Older files list initializers among the inputs.
    private List<ValueInfoProto> Inputs()
    {
        var initializers = _file.Model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        return [.. _file.Model.Graph.Input.Where(i => !initializers.Contains(i.Name))];
    }

    private ValueInfoProto Input(List<OnnxNode> nodes)
    {
        var inputs = Inputs();
        var used = inputs.Where(i => nodes.Any(n => n.Proto.Input.Contains(i.Name))).ToList();
        return (used.Count > 0 ? used : inputs) switch
        {
            [var only] => only,
            [] => throw _fault.Of("takes no input: nothing in it depends on an image."),
            var several => throw _fault.Of(Invariant($"takes {several.Count} inputs ({List(several.Select(i => i.Name))}); expected one, of images.")),
        };
    }

    // What takes no images is no classifier of images, whatever else is in the way.
    private void RefuseWithoutImages()
    {
        var inputs = Inputs();
        if (inputs.Count > 0 && !inputs.Exists(IsOfImages))
        {
            RequireImages(inputs[0]);
        }
    }

    private static bool IsOfImages(ValueInfoProto input) =>
        input.Type?.TensorType is { Shape.Dim.Count: 4 } type && IsFloat(type);

    private void RequireImages(ValueInfoProto input)
    {
        if (!IsOfImages(input))
        {
            throw _fault.Of($"takes '{input.Name}': {Describe(input.Type?.TensorType)}; expected one input of float images [N, C, H, W] or [N, H, W, C].");
        }
    }

    private ImageShape ImageOf(ValueInfoProto input, ImageShape? wanted, out bool channelsLast, out int batch)
    {
        RequireImages(input);
        var type = input.Type.TensorType;
        var dims = type.Shape.Dim;
        long[] sizes = [.. dims.Select(d => d.DimValue)];
        channelsLast = ImageLayout.IsChannelsLast(sizes[1], sizes[3]);
        var (channels, height, width) = channelsLast ? (sizes[3], sizes[1], sizes[2]) : (sizes[1], sizes[2], sizes[3]);
        if (wanted is null && (height <= 0 || width <= 0 || channels <= 0))
        {
            throw _fault.Of($"takes '{input.Name}': {Describe(type)}, which leaves the size of images open. Give it, e.g. 3x224x224.");
        }

        if (channels > 1024 || height > 1 << 14 || width > 1 << 14)
        {
            throw _fault.Of(Invariant($"takes images of {channels}x{height}x{width}; expected at most 1024 channels and 16384 pixels a side."));
        }

        var image = wanted ?? new((int)channels, (int)height, (int)width);
        double numbers = Math.Max(1.0, sizes[0]) * image.Channels * image.Height * image.Width;
        if (numbers > MaxNumbers)
        {
            throw _fault.Of(Invariant($"takes {Math.Max(1, sizes[0])} images of {image} at once; expected at most {MaxNumbers / 1e6:0} million numbers."));
        }

        batch = (int)Math.Max(1, sizes[0]);
        return (channels <= 0 || channels == image.Channels) && (height <= 0 || height == image.Height) && (width <= 0 || width == image.Width)
            ? image
            : throw _fault.Of($"takes images of {Size(channels)}x{Size(height)}x{Size(width)}, not of {image}.");

        static string Size(long size) => size > 0 ? Invariant($"{size}") : "any";
    }

    private static string Describe(TypeProto.Types.Tensor? type) =>
        type is null
            ? "no tensor"
            : Invariant(
                $"{((DataType)type.ElemType).ToString().ToLowerInvariant()} [{string.Join(", ", type.Shape?.Dim.Select(d => d.DimValue > 0 ? Invariant($"{d.DimValue}") : d.DimParam.Length > 0 ? d.DimParam : "any") ?? ["any"])}]"
            );

    private void ReadInitializers(List<OnnxNode> nodes)
    {
        var used = nodes.SelectMany(n => n.Proto.Input).ToHashSet();
        if (_file.Model.Graph.Initializer.CountBy(t => t.Name).FirstOrDefault(t => t.Value > 1) is { Key: { } twice })
        {
            throw _fault.NotOnnx($"it holds two initializers '{twice}'");
        }

        var missing = _file
            .Model.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External && !_file.External.ContainsKey(t.Name))
            .ToList();
        foreach (var tensor in _file.Model.Graph.Initializer.Where(t => used.Contains(t.Name)).Except(missing))
        {
            _constants[tensor.Name] =
                ConstantValue.Read(tensor, _file.External.GetValueOrDefault(tensor.Name))
                ?? throw _fault.NotOnnx(
                    $"the values of initializer '{tensor.Name}' do not fit its shape [{string.Join(", ", tensor.Dims.Select(v => Invariant($"{v}")))}]"
                );
        }
    }

    private void Read(OnnxNode node)
    {
        var missing = node.Proto.Input.FirstOrDefault(x => x.Length > 0 && !_constants.ContainsKey(x) && !_values.ContainsKey(x) && !_unsupported.Contains(x));
        if (missing is not null)
        {
            throw _fault.NotOnnx($"node {node.Name} ({node.Operator}) takes '{missing}', which nothing before it makes");
        }

        if (node.Proto.Input.Any(_unsupported.Contains))
        {
            // Say of it only what can be said without its input: that there is no such operator here.
            if (!Readers.ContainsKey(node.Operator))
            {
                Refuse(node, node.Operator);
            }

            _unsupported.UnionWith(node.Proto.Output);
            return;
        }

        try
        {
            if (node.Operator == "Constant")
            {
                SetConstant(node, ReadConstant(node));
            }
            else if (node.Operator is "Shape" or "Size" && _values.TryGetValue(node.Proto.Input[0], out var sized))
            {
                SetConstant(node, ShapeOf(node, sized));
            }
            else if (!node.Proto.Input.Any(_values.ContainsKey))
            {
                Evaluate(node);
            }
            else if (Readers.TryGetValue(node.Operator, out var read))
            {
                read(this, node);
            }
            else
            {
                Refuse(node, node.Operator);
            }
        }
        catch (UnsupportedNodeException e)
        {
            Refuse(node, $"{node.Operator} {e.Message}");
        }
        catch (ArgumentException e) when (e is not ArgumentNullException)
        {
            throw _fault.NotOnnx($"node {node.Name} ({node.Operator}): {e.Message}");
        }
    }

    private void Refuse(OnnxNode node, string what)
    {
        _problems.Add($"{what} (node {node.Name})");
        _unsupported.UnionWith(node.Proto.Output);
    }

    private DataException Unsupported(List<string> problems)
    {
        const int Most = 8;
        string more = problems.Count > Most ? Invariant($" and {problems.Count - Most} more") : "";
        return _fault.Of($"has layers that are not supported: {string.Join("; ", problems.Take(Most))}{more}. docs/onnx.md lists what is.");
    }

    private void SetConstant(OnnxNode node, ConstantValue? value) =>
        _constants[node.Output] = value ?? throw new UnsupportedNodeException("with a value that is no tensor of numbers");

    private static ConstantValue? ReadConstant(OnnxNode node) => node.Proto.Attribute.FirstOrDefault() switch
    {
        { Name: "value" } a => ConstantValue.Read(a.T) is { } value ? value with { Name = node.Output } : null,
        { Name: "value_int" } a => ConstantValue.Of(node.Output, a.I) with { Dims = [] },
        { Name: "value_ints" } a => ConstantValue.Of(node.Output, [.. a.Ints]),
        { Name: "value_float" } a => new(node.Output, DataType.Float, [], ConstantValue.Encode([a.F], DataType.Float)),
        { Name: "value_floats" } a => new(node.Output, DataType.Float, [a.Floats.Count], ConstantValue.Encode([.. a.Floats], DataType.Float)),
        _ => null,
    };

    private ConstantValue ShapeOf(OnnxNode node, Value value)
    {
        long[] sizes = [_batch, .. value.View.Sizes.Select(s => (long)s)];
        if (node.Operator == "Size")
        {
            return ConstantValue.Of(node.Output, sizes.Aggregate((a, b) => a * b)) with { Dims = [] };
        }

        int start = FromEnd(node.Integer("start", 0), sizes.Length), end = FromEnd(node.Integer("end", sizes.Length), sizes.Length);
        return ConstantValue.Of(node.Output, sizes[Math.Clamp(start, 0, sizes.Length)..Math.Clamp(end, 0, sizes.Length)]);
    }

    private void Evaluate(OnnxNode node)
    {
        var inputs = node.Proto.Input.Select(x => x.Length > 0 ? _constants[x] : null).ToList();
        var outputs = node.Operator == "Identity"
            ? [inputs[0]! with { Name = node.Output }]
            : _evaluator.Evaluate(node.Proto, inputs) ?? throw new UnsupportedNodeException("of constants, which cannot be computed");
        foreach (var output in outputs)
        {
            _constants[output.Name] = output;
        }
    }

    private void SetValue(string name, Value value)
    {
        _values[name] = value;
        foreach (var weight in value.Node.Weights)
        {
            weight.Consumer ??= name;
        }
    }

    private static int FromEnd(int index, int count) => index < 0 ? index + count : index;

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(5)) + (all.Count > 5 ? ", …" : "");
    }
}
