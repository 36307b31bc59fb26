using System.Text.RegularExpressions;
using Google.Protobuf;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Onnx.Schema;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using TorchSharp;
using static Graft.Tests.Onnx.Import.TinyModel;

namespace Graft.Tests.Onnx.Import;

/// <summary>Every operator that the table of docs/onnx.md lists, in a network of its own whose logits are compared with ONNX Runtime's.</summary>
public sealed partial class OperatorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static readonly string[] Endings = ["Softmax", "LogSoftmax", "Sigmoid"];

    // The operator set; what follows the image, and how many channels it gives.
    private static readonly Dictionary<string, (int Set, Func<TinyModel, string> Build, int Channels)> Cases = new()
    {
        ["Conv, dilated"] = (13, m => m.Convolution("x", 3, 6, 3, Ints("dilations", 2, 2), Ints("pads", 2, 2, 2, 2)), 6),
        ["Conv, grouped"] = (13, m => m.Convolution("x", 1, 6, 3, Int("group", 3)), 6),
        ["Conv, asymmetric pads"] = (13, m => m.Convolution("x", 3, 6, 3, Ints("pads", 0, 1, 2, 1), Ints("strides", 2, 1)), 6),
        ["Conv, auto_pad"] = (7, m => m.Convolution("x", 3, 6, 3, Text("auto_pad", "SAME_UPPER"), Ints("strides", 2, 2)), 6),
        ["BatchNormalization"] = (
            9,
            m => m.Node("BatchNormalization", ["x", m.Weight([3], 1), m.Weight([3]), m.Weight([3]), m.Weight([3], 1)], Number("epsilon", 1e-3f)),
            3
        ),
        ["Gemm"] = (13, m => m.Node("Reshape", [m.Node("Gemm", [m.Node("Flatten", ["x"]), m.Weight([192, 5])]), m.Integers(-1, 5, 1, 1)]), 5),
        ["MatMul"] = (
            13,
            m => m.Node("Reshape", [m.Node("Add", [m.Node("MatMul", [m.Node("Flatten", ["x"]), m.Weight([192, 5])]), m.Weight([5])]), m.Integers(-1, 5, 1, 1)]),
            5
        ),
        ["MatMul, channels last"] = (
            13,
            m => m.Node("Transpose", [m.Node("MatMul", [m.Node("Transpose", ["x"], Ints("perm", 0, 2, 3, 1)), m.Weight([3, 5])])], Ints("perm", 0, 3, 1, 2)),
            5
        ),
        ["MaxPool"] = (10, m => m.Node("MaxPool", ["x"], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Int("ceil_mode", 1)), 3),
        ["MaxPool, asymmetric"] = (10, m => m.Node("MaxPool", ["x"], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 0, 0, 1, 1)), 3),
        ["AveragePool"] = (10, m => m.Node("AveragePool", ["x"], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1)), 3),
        ["AveragePool, with padding"] = (
            10,
            m => m.Node("AveragePool", ["x"], Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1), Int("count_include_pad", 1)),
            3
        ),
        ["AveragePool, asymmetric"] = (10, m => m.Node("AveragePool", ["x"], Ints("kernel_shape", 2, 2), Ints("strides", 3, 3), Ints("pads", 0, 0, 1, 1)), 3),
        ["GlobalAveragePool"] = (13, m => m.Node("GlobalAveragePool", ["x"]), 3),
        ["GlobalMaxPool"] = (13, m => m.Node("GlobalMaxPool", ["x"]), 3),
        ["ReduceMean"] = (13, m => m.Node("ReduceMean", ["x"], Ints("axes", 2, 3)), 3),
        ["ReduceMean, axes as input"] = (18, m => m.Node("ReduceMean", ["x", m.Integers(-1, -2)]), 3),
        ["ReduceMax"] = (13, m => m.Node("ReduceMax", ["x"], Ints("axes", 2, 3)), 3),
        ["LRN"] = (13, m => m.Node("LRN", ["x"], Int("size", 3), Number("alpha", 0.5f), Number("beta", 0.6f), Number("bias", 2)), 3),
        ["LayerNormalization"] = (
            17,
            m =>
                m.Node(
                    "Transpose",
                    [
                        m.Node(
                            "LayerNormalization",
                            [m.Node("Transpose", ["x"], Ints("perm", 0, 2, 3, 1)), m.Weight([3], 1), m.Weight([3])],
                            Number("epsilon", 1e-3f)
                        ),
                    ],
                    Ints("perm", 0, 3, 1, 2)
                ),
            3
        ),
        ["PRelu"] = (9, m => m.Node("PRelu", ["x", m.Weight([3, 1, 1])]), 3),
        ["PRelu, one slope"] = (9, m => m.Node("PRelu", ["x", m.Weight([1])]), 3),
        ["Relu"] = (13, m => m.Node("Relu", ["x"]), 3),
        ["Sigmoid"] = (13, m => m.Node("Sigmoid", ["x"]), 3),
        ["Tanh"] = (13, m => m.Node("Tanh", ["x"]), 3),
        ["HardSwish"] = (14, m => m.Node("HardSwish", ["x"]), 3),
        ["HardSigmoid"] = (13, m => m.Node("HardSigmoid", ["x"], Number("alpha", 0.3f)), 3),
        ["LeakyRelu"] = (13, m => m.Node("LeakyRelu", ["x"], Number("alpha", 0.1f)), 3),
        ["Elu"] = (13, m => m.Node("Elu", ["x"], Number("alpha", 0.7f)), 3),
        ["Gelu"] = (20, m => m.Node("Gelu", ["x"]), 3),
        ["Clip"] = (9, m => m.Node("Clip", ["x"], Number("min", 0), Number("max", 6)), 3),
        ["Clip, inputs"] = (13, m => m.Node("Clip", ["x", m.Values([], -0.5f), m.Values([], 0.7f)]), 3),
        ["Erf, GELU of five nodes"] = (
            13,
            m =>
                m.Node(
                    "Mul",
                    [
                        m.Node("Mul", ["x", m.Node("Add", [m.Node("Erf", [m.Node("Div", ["x", m.Values([], MathF.Sqrt(2))])]), m.Values([], 1)])]),
                        m.Values([], 0.5f),
                    ]
                ),
            3
        ),
        ["Sqrt, LayerNorm of nine nodes"] = (13, LayerNorm, 3),
        ["Add"] = (13, m => m.Node("Add", ["x", "x"]), 3),
        ["Add, of each channel"] = (13, m => m.Node("Add", [m.Convolution("x", 3, 6, 3), m.Weight([6, 1, 1])]), 6),
        ["Sum"] = (8, m => m.Node("Sum", ["x", "x", "x"]), 3),
        ["Sub"] = (13, m => m.Node("Sub", [m.Values([1], 1), "x"]), 3),
        ["Mul"] = (13, m => m.Node("Mul", ["x", m.Node("Sigmoid", [m.Node("GlobalAveragePool", ["x"])])]), 3),
        ["Mul, of each channel"] = (13, m => m.Node("Mul", [m.Convolution("x", 3, 6, 3), m.Weight([1, 6, 1, 1])]), 6),
        ["Mul, swish"] = (13, m => m.Node("Mul", [m.Node("Sigmoid", ["x"]), "x"]), 3),
        ["Mul, hard swish of four nodes"] = (11, m => m.Node("Div",
            [m.Node("Mul", ["x", m.Node("Clip", [m.Node("Add", ["x", m.Values([], 3)]), m.Values([], 0), m.Values([], 6)])]), m.Values([], 6)]), 3),
        ["Div"] = (13, m => m.Node("Div", ["x", m.Values([3, 1, 1], 2, 3, 4)]), 3),
        ["Max"] = (13, m => m.Node("Max", ["x", m.Values([1], 0.2f)]), 3),
        ["Min"] = (13, m => m.Node("Min", ["x", m.Values([1], 0.2f)]), 3),
        ["Concat"] = (13, m => m.Node("Concat", ["x", m.Node("Relu", ["x"])], Int("axis", 1)), 6),
        ["Split"] = (11, m => Split(m, Ints("split", 1, 2)), 3),
        ["Slice"] = (13, m => m.Node("Slice", ["x", m.Integers(1, 0), m.Integers(3, 7), m.Integers(1, 2), m.Integers(1, 2)]), 2),
        ["Slice, attributes"] = (9, m => m.Node("Slice", ["x"], Ints("axes", 1), Ints("starts", -2), Ints("ends", 9)), 2),
        ["Gather"] = (13, m => m.Node("Unsqueeze", [m.Node("Gather", ["x", Scalar(m, 2)], Int("axis", 1)), m.Integers(1)]), 1),
        ["Pad"] = (13, m => m.Node("Pad", ["x", m.Integers(0, 1, 0, 2, 0, 2, 1, 0), m.Values([], 0.5f)]), 6),
        ["Pad, attributes"] = (10, m => m.Node("Pad", ["x"], Ints("pads", 0, 0, 1, 1, 0, 0, 2, 2)), 3),
        ["Reshape, Transpose, channel shuffle"] = (
            13,
            m =>
                m.Convolution(
                    m.Node(
                        "Reshape",
                        [
                            m.Node("Transpose", [m.Node("Reshape", [m.Convolution("x", 3, 6, 1), m.Integers(1, 2, 3, 8, 8)])], Ints("perm", 0, 2, 1, 3, 4)),
                            m.Integers(1, 6, 8, 8),
                        ]
                    ),
                    6,
                    5,
                    1
                ),
            5
        ),
        ["Flatten, channels last"] = (
            13,
            m =>
                m.Node(
                    "Reshape",
                    [m.Node("Gemm", [m.Node("Flatten", [m.Node("Transpose", ["x"], Ints("perm", 0, 2, 3, 1))]), m.Weight([192, 5])]), m.Integers(0, 5, 1, 1)]
                ),
            5
        ),
        ["Squeeze"] = (11, m => m.Node("Unsqueeze", [m.Node("Squeeze", [m.Node("GlobalAveragePool", ["x"])], Ints("axes", 2, 3))], Ints("axes", 2, 3)), 3),
        ["Unsqueeze"] = (13, m => m.Node("Unsqueeze", [m.Node("Squeeze", [m.Node("GlobalAveragePool", ["x"]), m.Integers(-1)]), m.Integers(3)]), 3),
        ["Identity"] = (13, m => m.Node("Identity", ["x"]), 3),
        ["Dropout"] = (13, m => m.Node("Dropout", ["x"]), 3),
        ["Cast"] = (13, m => m.Node("Cast", ["x"], Int("to", 1)), 3),
        ["Shape, Reshape"] = (13, m => m.Node("Reshape", ["x", m.Node("Concat",
            [m.Node("Unsqueeze", [m.Node("Gather", [m.Node("Shape", ["x"]), Scalar(m, 0)]), m.Integers(0)]), m.Integers(3, 8, 8)], Int("axis", 0))]), 3),
        ["Constant"] = (13, m => m.Node("Add", ["x", m.Node("Constant", [], Number("value_float", 0.3f))]), 3),
        ["ConstantOfShape"] = (13, m => m.Node("Sub", [m.Node("ConstantOfShape", [m.Integers(3, 1, 1)]), "x"]), 3),
        ["Range"] = (13, m => m.Node("Mul", ["x", m.Node("Unsqueeze",
            [m.Node("Range", [m.Values([], 1), m.Values([], 2.5f), m.Values([], 0.5f)]), m.Integers(1, 2)])]), 3),
        ["Size"] = (13, m => m.Node("Div", ["x", m.Node("Cast", [m.Node("Size", ["x"])], Int("to", 1))]), 3),
    };

    // By the row of the table and what its last column says: the graph, and what is said of it.
    private static readonly List<(string Row, int Set, Func<TinyModel, string> Build, string Reason)> Refused =
    [
        ("convolution", 13, m => m.Node("Conv", [m.Node("Squeeze", [m.Node("GlobalAveragePool", ["x"]), m.Integers(3)]), m.Weight([3, 3, 1])]),
            "Conv on [N, 3, 1], which is no feature map"),
        ("fully connected", 13, m => m.Node("Gemm", [m.Node("Flatten", ["x"]), m.Weight([1, 4])], Int("transA", 1)), "Gemm with transA, alpha or beta"),
        ("fully connected", 13, m => m.Node("Gemm", [m.Node("Flatten", ["x"]), m.Weight([192, 4])], Number("alpha", 2)), "Gemm with transA, alpha or beta"),
        ("fully connected", 13, m => m.Node("Gemm", [m.Node("Flatten", ["x"]), m.Weight([192, 4]), m.Weight([4])], Number("beta", 2)),
            "Gemm with transA, alpha"),
        (
            "normalisation",
            14,
            m => m.Node("BatchNormalization", ["x", m.Weight([3], 1), m.Weight([3]), m.Weight([3]), m.Weight([3], 1)], Int("training_mode", 1)),
            "BatchNormalization in training mode"
        ),
        ("normalisation", 13, m => m.Node("LRN", ["x"], Int("size", 2)), "LRN over 2 channels; expected an odd number"),
        ("pooling", 12, WithIndices, "MaxPool with indices (node 'MaxPool_0')"),
        ("activation", 20, m => m.Node("Gelu", ["x"], Text("approximate", "tanh")), "Gelu by tanh (node 'Gelu_0')"),
        ("joins", 13, m => m.Node("Add", ["x", m.Node("GlobalAveragePool", ["x"])]), "Add of [N, 3, 8, 8] and [N, 3, 1, 1]"),
        ("joins", 13, m => m.Node("Mul", ["x", m.Node("Transpose", ["x"], Ints("perm", 0, 1, 3, 2))]), "Mul of [N, 3, 8, 8] and [N, 3, 8, 8]"),
        ("numbers", 13, m => m.Node("Mul", ["x", m.Weight([8, 1])]), "Mul with constants [8, 1] on [N, 3, 8, 8]"),
        ("shape", 13, m => m.Node("Reshape", ["x", m.Integers(0, 4, 6, 8)]), "Reshape of [N, 3, 8, 8] to [0, 4, 6, 8]"),
        ("ending", 13, m => m.Node("Softmax", ["x"], Int("axis", 2)), "Softmax over dimension 2 of [N, 3, 8, 8]"),
    ];

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_Operator_AnswersAsOnnxRuntime(string name)
    {
        byte[] model = BytesOf(Cases[name], out _);
        using var runtime = OnnxModel.Load(model, name, threads: 1);
        using var network = OnnxImport.ReadUnproven(Write(model), new()).CreateNetwork();
        using var scope = torch.NewDisposeScope();
        using var mode = torch.inference_mode();
        var x = torch.randn([2, 3, 8, 8], generator: new torch.Generator(1));

        var logits = torch.cat([.. x.split(1).Select(image => torch.tensor(runtime.Run(image), [1, 4]))]); // some graphs are made for one image
        var difference = (network.call(x) - logits).abs().max() / logits.abs().max();

        Assert.InRange(difference.item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void Table_NamesEveryOperatorThatIsRead() => Assert.Empty(GraphReader.Operators.Except(Table().SelectMany(row => row.Operators)));

    [Fact]
    public void Table_EveryOperatorAndAttribute_IsInATestedGraph()
    {
        var nodes = Graphs().SelectMany(graph => graph.Node).ToList();
        var tested = nodes.Select(n => n.OpType).Concat(nodes.SelectMany(n => n.Attribute).Select(a => a.Name)).ToHashSet();

        Assert.Equal(10, Table().Count);
        Assert.All(Table(), row => Assert.NotEmpty(row.Operators));
        Assert.Empty(Table().SelectMany(row => row.Operators).Except(tested));
    }

    [Fact]
    public void Table_WhatIsNotRead_IsRefusedByATestedGraph() =>
        Assert.Equal(Table().Where(row => row.IsPartial).Select(row => row.Name).Order(), Refused.Select(graph => graph.Row).Distinct().Order());

    public static TheoryData<int> RefusedGraphs() => [.. Enumerable.Range(0, Refused.Count)];

    [Theory]
    [MemberData(nameof(RefusedGraphs))]
    public void Read_WhatTheTableExcludes_IsRefusedByName(int graph)
    {
        var (_, set, build, reason) = Refused[graph];
        var model = new TinyModel(set);

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(build(model), 3))));

        Assert.Contains($"has layers that are not supported: {reason}", e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> EndingNames() => [.. Endings];

    [Theory]
    [MemberData(nameof(EndingNames))]
    public void Read_Softmax_IsLeftOutAndRemembered(string ending)
    {
        var import = OnnxImport.Read(Write(Ended(new(), ending)));

        Assert.Equal([ending], import.Ending);
    }

    [Fact]
    public void Read_ChannelsLast_TakesImagesAsAllNetworksDo()
    {
        var model = new TinyModel(channelsLast: true);
        string x = model.Node("Transpose", [model.Node("Div", ["x", model.Values([1], 127.5f)])], Ints("perm", 0, 3, 1, 2));

        var import = OnnxImport.Read(Write(model.Classify(model.Convolution(x, 3, 6, 3), 6)));

        Assert.Equal(new(3, 8, 8), import.Definition.Image);
    }

    [Fact]
    public void Read_FixedBatch_BecomesOpen()
    {
        var model = new TinyModel(batch: 1);
        string flat = model.Node("Reshape", [model.Node("Relu", ["x"]), model.Integers(1, 192)]);

        var import = OnnxImport.Read(Write(model.End(model.Node("Gemm", [flat, model.Weight([192, 4])]))));

        using var network = import.CreateNetwork();
        using var logits = network.call(torch.zeros(5, 3, 8, 8));
        Assert.Equal([5, 4], logits.shape);
    }

    [Fact]
    public void Read_SeveralUnsupportedOperators_NamesAllAtOnce()
    {
        var model = new TinyModel();
        string y = model.Node("Softplus", [model.Node("Relu", [model.Node("Cos", ["x"])])]);

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(y, 3))));

        Assert.Contains("has layers that are not supported: Cos (node 'Cos_0'); Softplus (node 'Softplus_2')", e.Message);
    }

    [Fact]
    public void Read_Attention_SaysThatItIsATransformer()
    {
        var model = new TinyModel();
        string weights = model.Node("Dropout", [model.Node("Softmax", [model.Node("MatMul", ["x", "x"])])]);

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(model.Node("MatMul", [weights, "x"]), 3))));

        Assert.EndsWith("is a transformer: node 'MatMul_3' is attention, a product with weights of Softmax. Graft takes convolutional networks.", e.Message);
    }

    [Fact]
    public void Read_MatMulWithoutInputs_IsADamagedFile()
    {
        var model = new TinyModel();

        Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(model.Node("MatMul", []), 3))));
    }

    [Fact]
    public void Read_NonMaxSuppression_SaysThatItIsADetector()
    {
        var model = new TinyModel();
        byte[] bytes = model.Classify(model.Node("NonMaxSuppression", ["x", "x"]), 3);
        var parsed = ModelProto.Parser.ParseFrom(bytes);
        parsed.Graph.Output.Add(new ValueInfoProto(parsed.Graph.Output[0]) { Name = "x" }); // boxes beside scores

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(parsed.ToByteArray())));

        Assert.EndsWith("is a detector: node 'NonMaxSuppression_0' is NonMaxSuppression. Graft takes classifiers.", e.Message);
    }

    public void Dispose() => _directory.Dispose();

    private string Write(byte[] model)
    {
        string path = Path.Combine(_directory.Path, "tiny.onnx");
        File.WriteAllBytes(path, model);
        return path;
    }

    private static byte[] BytesOf((int Set, Func<TinyModel, string> Build, int Channels) tested, out GraphProto graph)
    {
        var model = new TinyModel(tested.Set);
        graph = model.Graph;
        return model.Classify(tested.Build(model), tested.Channels);
    }

    private static byte[] Ended(TinyModel model, string ending) =>
        model.End(model.Node(ending, [model.Node("Gemm", [model.Node("Flatten", ["x"]), model.Weight([192, 4])])]));

    // What the tests of logits and endings run.
    private static IEnumerable<GraphProto> Graphs()
    {
        foreach (var tested in Cases.Values)
        {
            BytesOf(tested, out var graph);
            yield return graph;
        }

        foreach (string ending in Endings)
        {
            var model = new TinyModel();
            Ended(model, ending);
            yield return model.Graph;
        }
    }

    // The rows of the documented table: what is in code quotes in the second column, and whether the third says anything.
    private static List<(string Name, IReadOnlyList<string> Operators, bool IsPartial)> Table()
    {
        var rows = File.ReadAllLines(SourceTree.PathOf("docs", "onnx.md"))
            .SkipWhile(line => !line.StartsWith("| layer | operators |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
        return [.. rows.Select(row => (row[1], (IReadOnlyList<string>)[.. Quoted().Matches(row[2]).Select(m => m.Groups[1].Value)], row[3].Length > 0))];
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    private static string WithIndices(TinyModel model)
    {
        string y = model.Node("MaxPool", ["x"], Ints("kernel_shape", 2, 2));
        model.Graph.Node[^1].Output.Add("indices");
        return y;
    }

    private static string Scalar(TinyModel model, long value)
    {
        string name = model.Integers(value);
        model.Graph.Initializer[^1].Dims.Clear();
        return name;
    }

    private static string Split(TinyModel model, AttributeProto sizes)
    {
        string first = model.Node("Split", ["x"], sizes, Int("axis", 1));
        model.Graph.Node[^1].Output.Add("second");
        return model.Node("Concat", ["second", first], Int("axis", 1));
    }

    private static string LayerNorm(TinyModel model)
    {
        string x = model.Node("Transpose", ["x"], Ints("perm", 0, 2, 3, 1));
        string centred = model.Node("Sub", [x, model.Node("ReduceMean", [x], Ints("axes", -1))]);
        string variance = model.Node("ReduceMean", [model.Node("Pow", [centred, model.Values([], 2)])], Ints("axes", -1));
        string root = model.Node("Sqrt", [model.Node("Add", [variance, model.Values([], 1e-3f)])]);
        string scaled = model.Node("Mul", [model.Node("Div", [centred, root]), model.Weight([3], 1)]);
        return model.Node("Transpose", [model.Node("Add", [scaled, model.Weight([3])])], Ints("perm", 0, 3, 1, 2));
    }
}
