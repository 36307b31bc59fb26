using Google.Protobuf;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using TorchSharp;
using static Graft.Tests.Onnx.Import.TinyModel;

namespace Graft.Tests.Onnx.Import;

/// <summary>A network from a file for other classes than the file's: a new classifier, and all else as it was.</summary>
public sealed class ClassifierHeadTests : IDisposable
{
    private const int Classes = 7;
    private const string OfSinglePixels = "mean, Conv, Flatten";

    private readonly TemporaryDirectory _directory = new();

    // What ends in scores of four classes, how many inputs each score has, and how many tensors are made anew.
    private static readonly Dictionary<string, (Func<TinyModel, string> Scores, int Inputs, int Fresh)> Endings = new()
    {
        ["Gemm"] = (m => m.Node("Gemm", [Pooled(m), m.Weight([6, 4]), m.Weight([4])]), 6, 2),
        ["Gemm, transB"] = (m => m.Node("Gemm", [Pooled(m), m.Weight([4, 6]), m.Weight([4])], Int("transB", 1)), 6, 2),
        ["Gemm, as many inputs as classes"] = (
            m => m.Node("Gemm", [Flat(m.Convolution("x", 3, 4, 1), m), m.Weight([4, 4]), m.Weight([4])], Int("transB", 1)),
            4,
            2
        ),
        ["MatMul"] = (m => m.Node("MatMul", [Pooled(m), m.Weight([6, 4])]), 6, 1),
        ["MatMul and Add"] = (m => m.Node("Add", [m.Node("MatMul", [Pooled(m), m.Weight([6, 4])]), m.Weight([1, 4])]), 6, 2),
        ["Gemm of a transposed weight"] = (
            m => m.Node("Gemm", [Pooled(m), m.Node("Transpose", [m.Weight([4, 6])], Ints("perm", 1, 0)), m.Weight([4])]),
            6,
            2
        ),
        ["Gemm, channels last"] = (
            m => m.Node("Gemm", [m.Node("Flatten", [m.Node("Transpose", ["x"], Ints("perm", 0, 2, 3, 1))]), m.Weight([192, 4])]),
            192,
            1
        ),
        ["Gemm and Softmax"] = (m => m.Node("Softmax", [m.Node("Gemm", [Pooled(m), m.Weight([6, 4])])]), 6, 1),
        ["Conv, mean, Flatten"] = (m => Flat(m.Node("Conv", ["x", m.Weight([4, 3, 1, 1]), m.Weight([4])]), m), 3, 2),
        [OfSinglePixels] = (m => m.Node("Flatten", [m.Node("Conv", [m.Node("GlobalAveragePool", ["x"]), m.Weight([4, 3, 1, 1]), m.Weight([4])])]), 3, 2),
        ["Conv, Relu, mean, Reshape"] = (
            m => m.Node("Reshape", [m.Node("GlobalAveragePool", [m.Node("Relu", [m.Convolution("x", 3, 4, 3)])]), m.Integers(-1, 4)]),
            27,
            1
        ),
        ["Conv, mean, Reshape for one image"] = (
            m => m.Node("Reshape", [m.Node("GlobalAveragePool", [m.Convolution("x", 3, 4, 1)]), m.Integers(1, 4)]),
            3,
            1
        ),
    };

    public static TheoryData<string> Names() => [.. Endings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_OtherClasses_MakesTheClassifierAnewAndNothingElse(string name)
    {
        var (scores, inputs, fresh) = Endings[name];
        var model = new TinyModel(batch: name.EndsWith("one image", StringComparison.Ordinal) ? 1 : 0);
        string path = Write(model.End(scores(model)));
        var original = OnnxImport.Read(path);

        var import = OnnxImport.Read(path, new() { Classes = Classes });

        using var network = import.CreateNetwork();
        using var before = original.CreateNetwork();
        var old = before.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        var changed = network.NamedTensors().Where(t => !old.TryGetValue(t.Name, out var was) || !Same(was, t.Tensor)).ToList();
        Assert.Equal(fresh, changed.Count);
        float bound = 1 / MathF.Sqrt(inputs);
        Assert.All(changed, t => Assert.Equal(Classes, t.Tensor.shape[0]));
        Assert.All(changed, t => Assert.InRange(t.Tensor.abs().max().item<float>(), 0.3f * bound, bound));
        using var runtime = OnnxModel.Load(import.File.Bytes, name, threads: 1);
        Assert.Equal(Classes, runtime.Run(torch.zeros(1, 3, 8, 8)).Length);
        Assert.Equal(Classes, import.File.Model.Graph.Output[0].Type.TensorType.Shape.Dim[1].DimValue);
        Assert.Equal(original.File.Model.Graph.Node.Select(n => (n.Name, n.OpType)), import.File.Model.Graph.Node.Select(n => (n.Name, n.OpType)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ReorderClasses_ScoresOfASingleLayer_PermutesTheLogits(string name)
    {
        var model = new TinyModel(batch: name.EndsWith("one image", StringComparison.Ordinal) ? 1 : 0);
        using var network = OnnxImport.Read(Write(model.End(Endings[name].Scores(model)))).CreateNetwork();
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();
        var image = torch.randn([1, 3, 8, 8], generator: new torch.Generator(1));
        var before = network.call(image);

        network.ReorderClasses([2, 0, 3, 1]);

        var expected = before.index_select(1, torch.tensor(new long[] { 2, 0, 3, 1 }));
        Assert.True((network.call(image) - expected).abs().max().item<float>() < 1e-5);
        Assert.True((before - expected).abs().max().item<float>() > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_InBFloat16_GivesScoresInFloat32(string name)
    {
        var model = new TinyModel(batch: name.EndsWith("one image", StringComparison.Ordinal) ? 1 : 0);
        using var network = OnnxImport.Read(Write(model.End(Endings[name].Scores(model)))).CreateNetwork();
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();
        var image = torch.randn([1, 3, 8, 8], generator: new torch.Generator(1));
        var expected = network.call(image);

        network.Precision = Precision.BFloat16;

        var scores = network.call(image);
        Assert.Equal(torch.ScalarType.Float32, scores.dtype);
        Assert.InRange((scores - expected).abs().max().item<float>(), 0, 0.02f * expected.abs().max().item<float>());
    }

    [Fact]
    public void Forward_ClassifierIsAConvolutionOfSinglePixels_IsNotRoundedToBFloat16()
    {
        var model = new TinyModel();
        using var network = OnnxImport.Read(Write(model.End(Endings[OfSinglePixels].Scores(model)))).CreateNetwork();
        network.Precision = Precision.BFloat16;
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();

        var scores = network.call(torch.randn([1, 3, 8, 8], generator: new torch.Generator(1)));

        Assert.False(Same(scores, scores.to(torch.ScalarType.BFloat16).to(torch.ScalarType.Float32)));
    }

    [Theory]
    [InlineData("two classifiers")]
    [InlineData("scaled")]
    [InlineData("batch norm")]
    public void ReorderClasses_ValuesOfEachClassBehindTheLayer_IsRefused(string ending)
    {
        var model = new TinyModel();
        string Scores() => model.Node("Gemm", [Pooled(model), model.Weight([6, 4])]);
        string[] BatchNorm() => [model.Weight([4], 1), model.Weight([4]), model.Weight([4]), model.Weight([4], 1)];
        string scores = ending switch
        {
            "two classifiers" => model.Node("Add", [Scores(), Scores()]),
            "scaled" => model.Node("Mul", [Scores(), model.Weight([4])]),
            _ => Flat(model.Node("BatchNormalization", [model.Convolution("x", 3, 4, 1), .. BatchNorm()]), model),
        };
        using var network = OnnxImport.Read(Write(model.End(scores))).CreateNetwork();

        var e = Assert.Throws<ConfigurationException>(() => network.ReorderClasses([2, 0, 3, 1]));

        Assert.Equal(
            $"The classes of {network.Definition.Name} cannot be put into another order: its scores do not come from one fully connected layer or convolution "
                + "with nothing of each class behind it. Give data whose classes have the order of the file (those of folders are sorted by name).",
            e.Message);
    }

    [Fact]
    public void Read_AsManyClasses_IsTheFile()
    {
        var model = new TinyModel();

        var import = OnnxImport.Read(Write(model.Classify("x", 3)), new() { Classes = 4 });

        Assert.Null(import.Head);
        Assert.Equal(File.ReadAllBytes(_directory["model.onnx"]), import.File.Bytes);
    }

    [Theory]
    [InlineData("two classifiers")]
    [InlineData("pixels")]
    [InlineData("scaled")]
    public void Read_ScoresOfNoSingleLayer_AreRefused(string ending)
    {
        var model = new TinyModel();
        string Scores() => model.Node("Gemm", [Pooled(model), model.Weight([6, 4])]);
        string scores = ending switch
        {
            "two classifiers" => model.Node("Add", [Scores(), Scores()]),
            "pixels" => model.Node("Flatten", [model.Node("GlobalAveragePool", [model.Node("Pad", ["x", model.Integers(0, 0, 0, 0, 0, 1, 0, 0)])])]),
            _ => model.Node("Mul", [Scores(), model.Weight([4])]),
        };
        string path = Write(model.End(scores));

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(path, new() { Classes = Classes }));

        Assert.Equal(
            $"{path} gets no new classifier for 7 classes: its 4 scores do not come from one fully connected layer or convolution. "
                + "Export it again with 7 classes.",
            e.Message
        );
    }

    // Another output weighs the scores by a number for each of the old classes.
    [Fact]
    public void Read_WhatFollowsTheScoresDoesNotFit_IsRefused()
    {
        var model = new TinyModel();
        string scores = model.Node("Gemm", [Pooled(model), model.Weight([6, 4])]);
        model.End(model.Node("Mul", [scores, model.Weight([4])]));
        string path = Write(model.End(scores));

        Assert.Equal(4, OnnxImport.Read(path, new() { Output = scores }).Definition.Classes);
        var e = Assert.Throws<DataException>(() => OnnxImport.Read(path, new() { Output = scores, Classes = Classes }));

        Assert.StartsWith($"{path} gets no new classifier for 7 classes: what follows its scores does not fit them (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("). Export it again with 7 classes.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Initialize_SeedDecidesTheClassifierAlone()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"), new() { Classes = 3 });
        using var a = Initialized(1);
        using var b = Initialized(1);
        using var c = Initialized(2);

        Assert.All(a.NamedTensors().Zip(b.NamedTensors()), pair => Assert.True(Same(pair.First.Tensor, pair.Second.Tensor)));
        Assert.Equal(
            import.Head!.Weights.Select(w => w.Name).Order(),
            a.NamedTensors().Zip(c.NamedTensors()).Where(pair => !Same(pair.First.Tensor, pair.Second.Tensor)).Select(pair => pair.First.Name).Order()
        );

        Network Initialized(long seed)
        {
            var network = import.CreateNetwork();
            ClassifierHead.Initialize(network, import.Head!, seed);
            return network;
        }
    }

    [Fact]
    public void Save_OtherClasses_WritesTheirNamesAndLeavesTheRestToTheBit()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"), new() { Classes = 3 });
        using var network = import.CreateNetwork();
        ClassifierHead.Initialize(network, import.Head!, seed: 5);
        string path = _directory["three.onnx"];

        OnnxSplice.Save(import, network, path, new() { ClassNames = ["ant", "bee", "cat"] }, TestContext.Current.CancellationToken);

        var (before, after) = (OnnxFile.Read(FileOf("resnet20-cifar10-folded")).Model.Graph, OnnxFile.Read(path).Model.Graph);
        var head = import.Head!.Weights.Select(w => w.Name).ToHashSet();
        Assert.Equal(["ant", "bee", "cat"], OnnxImport.Read(path).ClassNames);
        Assert.Equal(before.Node, after.Node);
        Assert.Equal(before.Input, after.Input);
        Assert.Equal(
            before.Initializer.Where(t => !head.Contains(t.Name)).Select(t => t.ToByteString()),
            after.Initializer.Where(t => !head.Contains(t.Name)).Select(t => t.ToByteString())
        );
    }

    [Fact]
    public void Source_KnowsTheNetworkOfOtherClassesByANameOfItsOwn()
    {
        var source = new OnnxNetworkSource(_directory.Path);
        string own = source.Read(FileOf("winml-mnist"), new());
        string name = source.Read(FileOf("winml-mnist"), new(), classes: 3);
        source.CopyTo(_directory.Path, name);

        var again = new OnnxNetworkSource(_directory.Path).Open(name);

        Assert.NotEqual(own, name);
        Assert.Equal(own, source.Read(FileOf("winml-mnist"), new(), classes: 10));
        Assert.Equal((3, true), (again.Definition.Classes, again.Head is not null));
    }

    public void Dispose() => _directory.Dispose();

    private static bool Same(torch.Tensor a, torch.Tensor b) => a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>();

    private static string Pooled(TinyModel model) => Flat(model.Convolution("x", 3, 6, 1), model);

    private static string Flat(string map, TinyModel model) => model.Node("Flatten", [model.Node("GlobalAveragePool", [map])]);

    private static string FileOf(string name) => SourceTree.PathOf("tests", "Graft.Tests", "Onnx", "Import", "Files", $"{name}.onnx");

    private string Write(byte[] model)
    {
        File.WriteAllBytes(_directory["model.onnx"], model);
        return _directory["model.onnx"];
    }
}
