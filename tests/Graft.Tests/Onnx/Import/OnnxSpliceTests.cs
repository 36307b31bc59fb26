using Google.Protobuf;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Tests.Data;
using TorchSharp;
using static Graft.Tests.Onnx.Import.TinyModel;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Tests.Onnx.Import;

/// <summary>What is written back into a file: all that did not change is there to the bit, however the file keeps its values.</summary>
public sealed class OnnxSpliceTests : IDisposable
{
    private const string Position1 = "first.weight", Bias1 = "first.bias", Position2 = "second.weight", Bias2 = "second.bias";

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("raw")]
    [InlineData("float_data")]
    [InlineData("fp16")]
    [InlineData("initializers are inputs")]
    [InlineData("beside the file")]
    public void Save_Swapped_KeepsAllElse(string storage)
    {
        var import = OnnxImport.Read(Write(storage));
        using var network = import.CreateNetwork();
        using var layers = new LayerFactory(1);
        network.Substitute(network.Positions[0], OperationCatalog.Default.Parse("residual(w=1/2,k=3)"), layers);
        network.eval();

        var (before, after) = Save(import, network);

        Assert.Equal(new HashSet<string> { Position1, Bias1 }, Gone(before, after));
        Assert.Empty(Changed(before, after));
        var inputs = before.Graph.Input.Where(i => i.Name is not (Position1 or Bias1)).ToList();
        Assert.Equal(inputs, after.Graph.Input.Where(i => inputs.Any(kept => kept.Name == i.Name)));
        var kept = before.Graph.Node.Where(n => !n.Input.Contains(Position1) && n.Name != "Relu_3").ToList();
        Assert.Equal(kept, after.Graph.Node.Where(n => kept.Any(k => k.Name == n.Name)));
        RequireSameOutside(before, after);
    }

    [Fact]
    public void Read_HalfPrecisionThatOnnxRuntimeRefuses_IsRefused()
    {
        string path = Write("fp16");
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Input[0].Type.TensorType.ElemType = (int)DataType.Float; // beside weights in fp16
        File.WriteAllBytes(path, model.ToByteArray());

        var error = Assert.Throws<DataException>(() => OnnxImport.Read(path));

        Assert.StartsWith($"{path} is an ONNX file that ONNX Runtime ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("float_data")]
    [InlineData("fp16")]
    [InlineData("initializers are inputs")]
    [InlineData("beside the file")]
    public void Save_TrainedInOnePlace_ChangesItsValuesAlone(string storage)
    {
        var import = OnnxImport.Read(Write(storage), new() { RestoreBatchNorm = false });
        using var network = import.CreateNetwork();
        using (torch.no_grad())
        {
            network.NamedTensors().Single(t => t.Name == Position2).Tensor.mul_(1.5);
        }

        var (before, after) = Save(import, network);

        Assert.Equal([Position2], Changed(before, after));
        Assert.Empty(Gone(before, after));
        var (old, trained) = (Value(before, Position2), Value(after, Position2));
        Assert.Equal((old.Type, old.Count), (trained.Type, trained.Count));
        Assert.Equal(before.Graph.Initializer.Select(t => t.Name), after.Graph.Initializer.Select(t => t.Name));
        Assert.Equal(before.Graph.Node, after.Graph.Node);
        Assert.Equal(before.Graph.Input, after.Graph.Input);
        RequireSameOutside(before, after);
    }

    [Fact]
    public void Save_PixelsThatAreTakenInAnotherWay_SaysHowTheyAreNow()
    {
        var (first, second) = (new Normalization([0.5f, 0.5f, 0.5f], [0.2f, 0.2f, 0.2f]), new Normalization([0.4f, 0.5f, 0.6f], [0.25f, 0.25f, 0.25f]));
        string once = _directory["once.onnx"], twice = _directory["twice.onnx"];
        Save(Write("raw"), once, new() { Normalization = first, Scaling = new(20, 16) });

        Save(once, twice, new() { Normalization = second, Scaling = new(16, 16) });
        Save(once, _directory["same.onnx"], new() { Normalization = first, Scaling = new(20, 16) });

        Assert.Equal($"{second}", $"{OnnxImport.Read(twice).Normalization}");
        Assert.Equal(new ImageScaling(16, 16), NetworkMetadata.ReadScaling(OnnxImport.Read(twice).Metadata, twice));
        Assert.Equal(File.ReadAllBytes(once), File.ReadAllBytes(_directory["same.onnx"]));
    }

    [Fact]
    public void Save_ChangedNetworkOfAFileOfGrafts_DropsWhatWasSaidOfTheOneBefore()
    {
        string before = _directory["before.onnx"], after = _directory["after.onnx"];
        Dictionary<string, string> said = new() { ["graft.accuracy"] = "0.9", ["graft.accuracy_precision"] = "bf16", ["weights"] = "w.safetensors" };
        Save(Write("raw"), before, new() { Metadata = said });

        Save(before, _directory["same.onnx"], new());
        Save(before, after, new() { Metadata = new Dictionary<string, string> { ["graft.accuracy"] = "0.8" } }, trained: true);

        Assert.Equal(File.ReadAllBytes(before), File.ReadAllBytes(_directory["same.onnx"]));
        Assert.Equal(
            [("author", "someone"), ("licence", "any"), ("graft.accuracy", "0.8")],
            ModelProto.Parser.ParseFrom(File.ReadAllBytes(after)).MetadataProps.Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public void Save_UnchangedWithWeightsBesideTheFile_HasThemInIt()
    {
        string elsewhere = Path.Combine(Directory.CreateDirectory(_directory["elsewhere"]).FullName, "model.onnx");

        Save(Write("beside the file"), elsewhere, new());

        using var image = torch.randn([1, 3, 8, 8], generator: new torch.Generator(1));
        using var before = OnnxModel.Load(Write("raw"), threads: 1);
        using var after = OnnxModel.Load(elsewhere, threads: 1);
        Assert.Equal(before.Run(image), after.Run(image));
    }

    [Fact]
    public void Save_NormWhoseInputsAreOneValue_GivesEachItsOwn()
    {
        var tiny = new TinyModel();
        string y = tiny.Node("Relu", [tiny.Convolution("x", 3, 6, 3, Ints("pads", 1, 1, 1, 1))]);
        string sum = tiny.Node("Add", [y, tiny.Convolution(y, 6, 6, 3, Ints("pads", 1, 1, 1, 1))]);
        string ones = tiny.Values([6], 1, 1, 1, 1, 1, 1), zeros = tiny.Values([6], 0, 0, 0, 0, 0, 0);
        string path = _directory["norm.onnx"];
        File.WriteAllBytes(path, tiny.Classify(tiny.Node("Relu", [tiny.Node("BatchNormalization", [sum, ones, zeros, zeros, ones])]), 6));

        Save(path, _directory["trained.onnx"], new(), trained: true); // compares

        var written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_directory["trained.onnx"]));
        Assert.Equal(5, written.Graph.Node.Single(n => n.OpType == "BatchNormalization").Input.Distinct().Count());
    }

    [Fact]
    public void Save_ClassesInAnotherOrder_NamesThemInTheNewOrder()
    {
        using var exported = OnnxNetworks.Create("resnet-8");
        string path = _directory.Write("four.onnx", OnnxExport.Serialize(exported, OnnxNetworks.Options with { ClassNames = ["a", "b", "c", "d"] }));
        var import = OnnxImport.Read(path);
        using var network = import.CreateNetwork();
        OnnxSplice.Save(import, network, _directory["same.onnx"], new() { ClassNames = ["a", "b", "c", "d"] }, TestContext.Current.CancellationToken);

        network.ReorderClasses([2, 0, 3, 1]);
        OnnxSplice.Save(import, network, _directory["reordered.onnx"], new() { ClassNames = ["c", "a", "d", "b"] }, TestContext.Current.CancellationToken);

        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(_directory["same.onnx"]));
        Assert.Equal(["c", "a", "d", "b"], OnnxImport.Read(_directory["reordered.onnx"]).ClassNames);
        using var before = OnnxModel.Load(path, threads: 1);
        using var after = OnnxModel.Load(_directory["reordered.onnx"], threads: 1);
        using var image = torch.randn([1, 3, 16, 16], generator: new torch.Generator(1));
        float[] old = before.Run(image), reordered = after.Run(image);
        Assert.All(reordered.Zip([old[2], old[0], old[3], old[1]]), score => Assert.InRange(score.First - score.Second, -1e-4f, 1e-4f));
    }

    public void Dispose() => _directory.Dispose();

    // The open dimension, the metadata, the operator set and the softmax; probabilities of the file written are those of the network's logits.
    private static void RequireSameOutside(ModelProto before, ModelProto after)
    {
        Assert.Equal("images", after.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal(before.Graph.Output, after.Graph.Output);
        Assert.Equal("probabilities", after.Graph.Output[0].Name);
        Assert.Equal(before.MetadataProps, after.MetadataProps);
        Assert.Equal(2, after.MetadataProps.Count);
        Assert.Equal(before.OpsetImport, after.OpsetImport);
        Assert.Equal(
            (before.ProducerName, before.DocString, before.IrVersion, before.Graph.Name),
            (after.ProducerName, after.DocString, after.IrVersion, after.Graph.Name)
        );
        Assert.Equal("Softmax", after.Graph.Node[^1].OpType);
    }

    // What was read is written, each value of one dimension by another factor and shift where it is to be trained.
    private static void Save(string source, string path, OnnxSpliceOptions options, bool trained = false)
    {
        var import = OnnxImport.Read(source);
        using var network = import.CreateNetwork();
        using (torch.no_grad())
        {
            foreach (var (i, (_, tensor)) in (trained ? network.NamedTensors().Where(t => t.Tensor.dim() == 1) : []).Index())
            {
                tensor.mul_(1 + i / 16f).add_(i / 8f);
            }
        }

        network.eval();
        OnnxSplice.Save(import, network, path, options, TestContext.Current.CancellationToken);
    }

    private (ModelProto Before, ModelProto After) Save(ImportedNetwork import, Graft.Networks.Network network)
    {
        string path = _directory["written.onnx"];
        OnnxSplice.Save(import, network, path, cancellation: TestContext.Current.CancellationToken);
        var after = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        if (after.Graph.Input[0].Type.TensorType.ElemType == (int)DataType.Float)
        {
            using var runtime = OnnxModel.Load(path, threads: 1);
            using var scope = torch.NewDisposeScope();
            using var mode = torch.no_grad();
            var x = torch.randn([3, 3, 8, 8], generator: new torch.Generator(1));
            var probabilities = torch.tensor(runtime.Run(x), [3, 4]);
            Assert.True((probabilities - network.call(x).softmax(1)).abs().max().item<float>() < 1e-5);
        }

        return (import.File.Whole(import.File.Model), after);
    }

    private static ConstantValue Value(ModelProto model, string name) => ConstantValue.Read(model.Graph.Initializer.Single(t => t.Name == name))!;

    private static HashSet<string> Gone(ModelProto before, ModelProto after) =>
        [.. before.Graph.Initializer.Select(t => t.Name).Except(after.Graph.Initializer.Select(t => t.Name))];

    // The initializers of both whose type, shape or bytes differ.
    private static List<string> Changed(ModelProto before, ModelProto after) =>
        [.. before.Graph.Initializer.Select(t => t.Name).Where(name => after.Graph.Initializer.Any(t => t.Name == name))
            .Where(name => (Value(before, name), Value(after, name)) is var (a, b)
                && (a.Type != b.Type || !a.Dims.SequenceEqual(b.Dims) || !a.Bytes.Span.SequenceEqual(b.Bytes.Span)))];

    // Two positions between a stem and a softmax, values kept in one of the ways that files have.
    private string Write(string storage)
    {
        var tiny = new TinyModel();
        string y = tiny.Node("Relu", [tiny.Convolution("x", 3, 6, 3, Ints("pads", 1, 1, 1, 1))]);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            y = tiny.Node("Relu", [tiny.Node("Conv", [y, tiny.Weight([6, 6, 3, 3]), tiny.Weight([6])], Ints("pads", 1, 1, 1, 1))]);
        }

        string pooled = tiny.Node("Flatten", [tiny.Node("GlobalAveragePool", [y])]);
        string logits = tiny.Node("Gemm", [pooled, tiny.Weight([4, 6]), tiny.Weight([4])], Int("transB", 1));
        var model = ModelProto.Parser.ParseFrom(tiny.End(tiny.Node("Softmax", [logits], Int("axis", 1))));
        Rename(model, new() { ["w1"] = Position1, ["w2"] = Bias1, ["w3"] = Position2, ["w4"] = Bias2, [model.Graph.Output[0].Name] = "probabilities" });
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimParam = "images" };
        model.Graph.Output[0].Type.TensorType.Shape.Dim[0] = new() { DimParam = "images" };
        model.MetadataProps.Add(new StringStringEntryProto { Key = "author", Value = "someone" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "licence", Value = "any" });
        (model.ProducerName, model.DocString) = ("a tool", "what it is");
        Store(model, storage);
        File.WriteAllBytes(_directory["model.onnx"], model.ToByteArray());
        return _directory["model.onnx"];
    }

    private static void Rename(ModelProto model, Dictionary<string, string> names)
    {
        foreach (var tensor in model.Graph.Initializer)
        {
            tensor.Name = names.GetValueOrDefault(tensor.Name, tensor.Name);
        }

        foreach (var list in model.Graph.Node.SelectMany(n => new[] { n.Input, n.Output }))
        {
            for (int i = 0; i < list.Count; i++)
            {
                list[i] = names.GetValueOrDefault(list[i], list[i]);
            }
        }

        model.Graph.Output[0].Name = names[model.Graph.Output[0].Name];
    }

    private void Store(ModelProto model, string storage)
    {
        model.IrVersion = storage == "initializers are inputs" ? 3 : model.IrVersion;
        using var beside = new MemoryStream();
        foreach (var tensor in model.Graph.Initializer)
        {
            var value = ConstantValue.Read(tensor)!;
            switch (storage)
            {
                case "float_data":
                    tensor.ClearRawData();
                    tensor.FloatData.AddRange(value.ToFloats());
                    break;
                case "fp16":
                    tensor.RawData = ConstantValue.Encode(value.ToFloats(), DataType.Float16);
                    tensor.DataType = (int)DataType.Float16;
                    break;
                case "initializers are inputs":
                    model.Graph.Input.Add(Described(tensor));
                    break;
                case "beside the file":
                    tensor.ClearRawData();
                    tensor.DataLocation = TensorProto.Types.DataLocation.External;
                    Entry("location", "weights.bin");
                    Entry("offset", Invariant($"{beside.Length}"));
                    Entry("length", Invariant($"{value.Bytes.Length}"));
                    value.Bytes.WriteTo(beside);
                    break;
                default:
                    break;
            }

            void Entry(string key, string text) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = text });
        }

        if (storage == "fp16")
        {
            model.Graph.Input[0].Type.TensorType.ElemType = model.Graph.Output[0].Type.TensorType.ElemType = (int)DataType.Float16;
        }

        File.WriteAllBytes(_directory["weights.bin"], beside.ToArray());
    }

    private static ValueInfoProto Described(TensorProto tensor) => new()
    {
        Name = tensor.Name,
        Type = new()
        {
            TensorType = new()
            {
                ElemType = tensor.DataType,
                Shape = new() { Dim = { tensor.Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } },
            },
        },
    };
}
