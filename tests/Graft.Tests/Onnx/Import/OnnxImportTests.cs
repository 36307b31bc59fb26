using Google.Protobuf;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using static TorchSharp.torch;

namespace Graft.Tests.Onnx.Import;

public sealed class OnnxImportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    // Positions as papers and module trees have them; where operators stand does not matter, nor whether batch norm was folded.
    [Theory]
    [InlineData("resnet20-cifar10-bn", 9, 0, 10, 272474, 0)]
    [InlineData("resnet20-cifar10-folded", 9, 0, 10, 273258, 21)]
    [InlineData("winml-cifar10", 0, 0, 10, 0, 4)]
    [InlineData("winml-mnist", 1, 0, 10, 6042, 2)]
    [InlineData("faceplugin-eye", 4, 0, 2, 0, 22)]
    [InlineData("light-shufflenet", 16, 0, 1000, 0, 0)]
    [InlineData("light-densenet121", 58, 58, 1000, 0, 0)]
    public void Read_File_HasItsPositionsAndLogits(string name, int positions, int growing, int classes, long parameters, int restored)
    {
        var import = OnnxImport.Read(FileOf(name));

        using var network = import.CreateNetwork();
        Assert.Equal((positions, growing, classes, restored),
            (import.Definition.Positions.Count, import.Definition.Positions.Count(p => p.Grows), import.Definition.Classes, import.RestoredBatchNorms));
        Assert.True(parameters == 0 || network.Cost().Parameters == parameters, $"{network.Cost().Parameters} parameters");
        Assert.Equal($"onnx-{import.File.Hash[..12]}", import.Definition.Name);
    }

    [Theory]
    [InlineData("wrn-16-2", true)]
    [InlineData("wrn-16-2", false)]
    [InlineData("resnet-20", true)]
    [InlineData("resnet-20", false)]
    public void Read_OwnExport_HasTheSamePositions(string name, bool fold)
    {
        using var network = OnnxNetworks.Create(name);
        string path = Write(OnnxExport.Serialize(network, OnnxNetworks.Options with { FoldBatchNorm = fold }));

        var positions = OnnxImport.Read(path).Definition.Positions;

        Assert.Equal(
            network.Positions.Select(p => (p.Index, p.Path, p.Output, p.Stride, p.OutputActivation)),
            positions.Select(p => (p.Index, p.Path, p.Output, p.Stride, p.OutputActivation)));
        Assert.Equal(network.Positions.Select(p => p.Input), positions.Select(p => p.Input));
    }

    [Fact]
    public void NamedTensors_HaveTheNamesOfTheFile()
    {
        using var network = OnnxNetworks.Create("resnet-8");
        using var back = OnnxImport.Read(Write(OnnxExport.Serialize(network, OnnxNetworks.Options with { FoldBatchNorm = false }))).CreateNetwork();
        var read = back.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);

        foreach (var (name, tensor) in network.NamedTensors().Where(t => !t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            Assert.True(read[name].eq(tensor).all().item<bool>(), name);
        }
    }

    [Fact]
    public void Weights_SavedAndLoaded_GiveTheSameLogits()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"));
        using var network = import.CreateNetwork();
        string path = Path.Combine(_directory.Path, "weights.safetensors");
        NetworkWeights.Save(network, new([0, 0, 0], [1, 1, 1]), path);

        using var other = new Network(import.Definition, seed: 5);
        NetworkWeights.Load(other, path);

        Assert.Equal(0, ImportCheck.Difference(import, other) - ImportCheck.Difference(import, network));
    }

    // The reference: mean and variance by libtorch, of the convolution's output.
    [Fact]
    public void EstimateBatchNorm_SetsStatisticsAndKeepsLogits()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"));
        using var network = import.CreateNetwork();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = randn([16, 3, 32, 32], generator: new Generator(4));
        var before = network.call(images);

        import.EstimateBatchNorm(network, [images.narrow(0, 0, 10), images.narrow(0, 10, 6)], TestContext.Current.CancellationToken);

        var tensors = network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        string first = tensors.Keys.First(n => n.EndsWith(".bn.running_mean", StringComparison.Ordinal))[..^"running_mean".Length];
        var convolution = tensors.First(t => t.Value.dim() == 4).Value;
        var output = nn.functional.conv2d(images, convolution, tensors.First(t => t.Value.dim() == 1).Value, padding: [1, 1]);
        Assert.True((tensors[$"{first}running_mean"] - output.mean([0, 2, 3])).abs().max().item<float>() < 1e-5);
        Assert.True((tensors[$"{first}running_var"] - output.var([0, 2, 3], unbiased: false)).abs().max().item<float>() < 1e-4);
        Assert.True((network.call(images) - before).abs().max().item<float>() < 1e-4 * before.abs().max().item<float>());
        Assert.Equal(import.File.Bytes, OnnxSplice.Serialize(import, network, out bool _));
    }

    // Filters that folding made short would take steps that are far too large behind a batch normalisation.
    [Fact]
    public void EstimateBatchNorm_GivesFiltersTheLengthOfInitialValues()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"));
        using var network = import.CreateNetwork();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var before = Lengths();

        import.EstimateBatchNorm(network, [randn([16, 3, 32, 32], generator: new Generator(4))], TestContext.Current.CancellationToken);

        Assert.Contains(before, length => length < 0.3);
        Assert.All(Lengths(), length => Assert.InRange(length, 1, 2)); // √2 within a factor of √2

        List<float> Lengths() =>
            [.. network.NamedTensors().Where(t => t.Tensor.dim() == 4).SelectMany(t => t.Tensor.square().sum([1, 2, 3]).sqrt().data<float>().ToArray())];
    }

    // What weight decay left of a dead filter: lengthened, its variance would overflow, and the first training step give NaN.
    [Fact]
    public void EstimateBatchNorm_DeadFilter_StaysAsItIs()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"));
        using var network = import.CreateNetwork();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = randn([16, 3, 32, 32], generator: new Generator(4));
        var dead = network.NamedTensors().First(t => t.Tensor.dim() == 4).Tensor[3];
        dead.mul_(1e-22 / dead.square().sum().sqrt());
        float before = dead.abs().max().item<float>();

        import.EstimateBatchNorm(network, [images], TestContext.Current.CancellationToken);

        network.train();
        Assert.Equal(before, dead.abs().max().item<float>());
        Assert.True(network.call(images).isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData("stage_2.1", 5)]
    [InlineData("/stage_2/stage_2.1/conv_1/Conv", 5)]
    [InlineData("/stage_2/nowhere", null)]
    public void PositionNamed_ByPathOrNode(string name, int? position) =>
        Assert.Equal(position, OnnxImport.Read(FileOf("resnet20-cifar10-folded")).PositionNamed(name));

    [Theory]
    [InlineData("residual(w=2,k=3)")]
    [InlineData("teacher")]
    public void Save_OneOperationForARun_TakesThePlaceOfAll(string operation)
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"));
        using var network = import.CreateNetwork();
        using var layers = new LayerFactory(1);
        network.Substitute(network.Definition.PositionAt(new Place(2, 3)), OperationCatalog.Default.Parse(operation), layers);
        network.Substitute(network.Positions[5], OperationCatalog.Default.Parse("identity"), layers);
        network.eval();
        string path = Path.Combine(_directory.Path, "run.onnx");

        OnnxSplice.Save(import, network, path, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(7, OnnxImport.Read(path).Definition.Positions.Count);
    }

    // Several positions that become the identity once had nodes of one name, which ONNX Runtime refuses.
    [Fact]
    public void Save_TwoIdentities_HaveNamesOfTheirOwn()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-bn"));
        using var network = import.CreateNetwork();
        using var layers = new LayerFactory(1);
        network.Substitute(network.Positions[1], OperationCatalog.Default.Parse("identity"), layers);
        network.Substitute(network.Positions[4], OperationCatalog.Default.Parse("identity"), layers);
        network.eval();
        string path = Path.Combine(_directory.Path, "two.onnx");

        OnnxSplice.Save(
            import,
            network,
            path,
            new() { Metadata = new Dictionary<string, string> { ["graft.note"] = "two" } },
            TestContext.Current.CancellationToken
        );

        var back = OnnxImport.Read(path);
        Assert.Equal((7, "two"), (back.Definition.Positions.Count, back.Metadata["graft.note"]));
    }

    [Theory]
    [InlineData("resnet20-cifar10-bn")]
    [InlineData("resnet20-cifar10-folded")]
    [InlineData("winml-mnist")]
    [InlineData("light-densenet121")]
    public void Serialize_WithoutAChange_GivesTheSameBytes(string name)
    {
        var import = OnnxImport.ReadUnproven(FileOf(name), new());
        using var network = import.CreateNetwork();

        Assert.Equal(import.File.Bytes, OnnxSplice.Serialize(import, network, out _));
    }

    [Theory]
    [InlineData("resnet20-cifar10-bn")]
    [InlineData("resnet20-cifar10-folded")]
    public void Save_WithAnotherOperation_LeavesTheRestToTheBit(string name)
    {
        var import = OnnxImport.Read(FileOf(name));
        using var network = import.CreateNetwork();
        using var layers = new LayerFactory(1);
        network.Substitute(network.Positions[4], OperationCatalog.Default.Parse("inverted-residual(e=2,k=3,se=1/4)"), layers);
        network.eval();
        string path = Path.Combine(_directory.Path, "swapped.onnx");

        double difference = OnnxSplice.Save(import, network, path, cancellation: TestContext.Current.CancellationToken).MaxDifference;

        var (before, after) = (import.File.Model, ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)));
        var own = import.Found[4].Nodes.SelectMany(n => n.Weights).Select(w => w.Value?.Name).ToHashSet();
        Assert.True(difference < 1e-4);
        Assert.Equal(before.Graph.Input, after.Graph.Input);
        Assert.Equal(before.Graph.Output, after.Graph.Output);
        Assert.Equal(before.OpsetImport, after.OpsetImport);
        var kept = after.Graph.Initializer.ToDictionary(t => t.Name);
        Assert.All(before.Graph.Initializer.Where(t => kept.ContainsKey(t.Name)), t => Assert.Equal(t, kept[t.Name]));
        Assert.All(before.Graph.Initializer.Where(t => !kept.ContainsKey(t.Name)), t => Assert.Contains(t.Name, own));
        Assert.Equal(9, OnnxImport.Read(path).Definition.Positions.Count);
    }

    [Fact]
    public void Save_Trained_HasTheNewLogits()
    {
        var import = OnnxImport.Read(FileOf("resnet20-cifar10-folded"));
        using var network = import.CreateNetwork();
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
            {
                parameter.mul_(1.01);
            }
        }

        string path = Path.Combine(_directory.Path, "trained.onnx");

        Assert.True(
            OnnxSplice.Save(import, network, path, cancellation: TestContext.Current.CancellationToken) is { MaxDifference: < 1e-3, ClassesDiffering: 0 }
        );
        Assert.Equal(import.File.Model.Graph.Node.Select(n => n.OpType), ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Node.Select(n => n.OpType));
    }

    // Activations that work in place must not overwrite what a skip or the next position reads.
    [Theory]
    [InlineData("resnet20-cifar10-bn")]
    [InlineData("resnet20-cifar10-folded")]
    public void ForwardFeatures_EqualThoseOfTheGraph_AndGradientsReachEveryParameter(string name)
    {
        using var network = OnnxImport.ReadUnproven(FileOf(name), new()).CreateNetwork();
        using var scope = NewDisposeScope();
        var image = network.Definition.Image;
        var x = randn([2, image.Channels, image.Height, image.Width], generator: new Generator(1));

        var features = network.ForwardFeatures(x);

        foreach (var position in network.Positions)
        {
            var (input, output) = features[position.Index];
            Assert.Equal(output, network.OperationAt(position).call(input));
            var logits = network.ForwardAfter(position, input, output);
            Assert.True((logits - network.call(x)).abs().max().item<float>() < 1e-4);
        }

        network.train();
        network.call(x).square().mean().backward();
        Assert.All(network.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.isfinite().all().item<bool>(), p.name));
    }

    [Theory]
    [InlineData(
        "faceplugin-age",
        "gives 9 outputs, 6 of which can be scores (prob_stage_1, prob_stage_2, prob_stage_3, index_offset_stage1, index_offset_stage2, …); name the one with the classes' scores."
    )]
    [InlineData("zigzag-resnet18", "keeps 32 weights in 'resnet18.external', which is not beside it. Put that file there.")]
    [InlineData("wakeword-deepa", "takes 'onnx::Flatten_0': float [1, 25, 96]; expected one input of float images [N, C, H, W] or [N, H, W, C].")]
    public void Read_NoClassifier_SaysWhy(string name, string reason)
    {
        string path = FileOf(name);

        Assert.Equal($"{path} {reason}", Assert.Throws<DataException>(() => OnnxImport.Read(path)).Message);
    }

    [Fact]
    public void Read_SeveralOutputsOfWhichOneCanBeScores_TakesThat()
    {
        var model = new TinyModel();
        string maps = model.Convolution("x", 3, 6, 3);
        var file = ModelProto.Parser.ParseFrom(model.Classify(maps, 6));
        var boxes = file.Graph.Output[0].Clone();
        (boxes.Name, string scores) = (maps, boxes.Name);
        boxes.Type.TensorType.Shape.Dim[1].DimValue = 6;
        boxes.Type.TensorType.Shape.Dim.Add([new() { DimValue = 6 }, new() { DimValue = 6 }]);
        file.Graph.Output.Insert(0, boxes);
        string both = Write(file.ToByteArray());
        Assert.Equal((scores, 4), (OnnxImport.Read(both).Graph.OutputName, OnnxImport.Read(both).Definition.Classes));

        file.Graph.Output[1].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 1 });
        string none = Write(file.ToByteArray());

        Assert.Equal(
            $"{none} is no image classifier: none of its outputs are scores of classes. It gives '{maps}': float [N, 6, 6, 6] and '{scores}': float [N, 4, 1], "
                + "expected float scores [N, K] or [N, K, 1, 1]; a detector's boxes or maps are none.",
            Assert.Throws<DataException>(() => OnnxImport.Read(none)).Message);
    }

    // Which output is meant is not asked where none would do.
    [Fact]
    public void Read_SeveralOutputsOfNoNetwork_SaysWhyItIsNone()
    {
        var model = new TinyModel();
        string state = model.Node("LSTM", ["x", model.Weight([1, 4, 8]), model.Weight([1, 4, 1])]);
        byte[] bytes = model.End(state);
        var file = ModelProto.Parser.ParseFrom(bytes);
        file.Graph.Output.Add(file.Graph.Output[0].Clone());
        file.Graph.Output[1].Name = model.Node("Relu", [state]);
        file.Graph.Node.Add(model.Graph.Node[^1]);
        string path = Write(file.ToByteArray());

        Assert.StartsWith($"{path} is recurrent: node ", Assert.Throws<DataException>(() => OnnxImport.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(FileOf("winml-mnist"));
        for (int length = 0; length < whole.Length; length += 1999)
        {
            string path = Write(whole[..length]);
            Assert.Throws<DataException>(() => OnnxImport.Read(path));
        }
    }

    [Fact]
    public void Read_Noise_IsRefused()
    {
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            byte[] bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            Assert.Throws<DataException>(() => OnnxImport.Read(Write(bytes)));
        }
    }

    [Fact]
    public void Read_MillionsOfNodes_IsRefusedBeforeTheyAreBuilt()
    {
        var model = new TinyModel();
        for (int i = 0; i < 60_000; i++)
        {
            model.Graph.Node.Add(new NodeProto { OpType = "Relu" });
        }

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.End("x"))));

        Assert.EndsWith("has more than 50000 nodes; networks of up to 50000 can be imported.", e.Message);
    }

    // Each is refused before it is parsed: parsed they would take a hundred times their bytes.
    [Theory]
    [InlineData("nodes of a graph within a node", "has more than 50000 nodes; ")]
    [InlineData("weights", "has more than 2000000 entries ")]
    [InlineData("metadata", "has more than 2000000 entries ")]
    public void Read_MillionsOfEntries_IsRefusedBeforeTheyAreBuilt(string what, string reason)
    {
        var (message, field) = what switch
        {
            "weights" => (new GraphProto(), GraphProto.InitializerFieldNumber),
            "metadata" => (new ModelProto(), ModelProto.MetadataPropsFieldNumber),
            _ => ((IMessage)new GraphProto(), GraphProto.NodeFieldNumber),
        };
        byte[] entries = Enumerable.Repeat(new[] { (byte)((field << 3) | 2), (byte)0 }, 2_100_000).SelectMany(e => e).ToArray();
        byte[] bytes =
            message is ModelProto
                ? entries
                : Inside(
                    ModelProto.GraphFieldNumber,
                    what == "weights"
                        ? entries
                        : Inside(GraphProto.NodeFieldNumber, Inside(NodeProto.AttributeFieldNumber, Inside(AttributeProto.GFieldNumber, entries)))
                );

        Assert.Contains(reason, Assert.Throws<DataException>(() => OnnxImport.Read(Write(bytes))).Message, StringComparison.Ordinal);

        static byte[] Inside(int field, byte[] content)
        {
            using var stream = new MemoryStream();
            using (var output = new CodedOutputStream(stream, leaveOpen: true))
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(content));
            }

            return stream.ToArray();
        }
    }

    [Fact]
    public void Read_GraphsWithinGraphs_AreCountedToADepth()
    {
        var inner = new GraphProto();
        for (int i = 0; i < 60; i++)
        {
            inner = new GraphProto { Node = { new NodeProto { OpType = "If", Attribute = { new AttributeProto { G = inner } } } } };
        }

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(new ModelProto { Graph = inner }.ToByteArray())));

        Assert.Contains("graphs within graphs, more than 100 deep", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AskingForTerabytes_IsRefused()
    {
        var model = new TinyModel();
        string huge = model.Node("ConstantOfShape", [model.Integers(1 << 20, 1 << 20)]);

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(model.Node("Add", ["x", huge]), 3))));

        Assert.Contains("ConstantOfShape of constants, which cannot be computed (node 'ConstantOfShape_0')", e.Message);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "minus infinity")]
    public void Read_WeightThatIsNoNumber_NamesItAndWhere(float value, string name)
    {
        var model = new TinyModel();
        string weight = model.Values([2, 3, 1, 1], 0, 0, 0, 0, 0, value);

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(model.Node("Conv", ["x", weight]), 2))));

        Assert.Contains($"weight 'w0' holds {name} at [1, 2, 0, 0] (1 of 6 values is not finite).", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Each node makes twice of what it takes: sixty ask for more than there is, of constants as of feature maps.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_DoublingAgainAndAgain_IsRefused(bool constants)
    {
        var model = new TinyModel();
        string y = constants ? model.Values([1], 1) : "x";
        for (int i = 0; i < 60; i++)
        {
            y = model.Node("Concat", [y, y], TinyModel.Int("axis", constants ? 0 : 1));
        }

        string image = constants ? model.Node("Mul", ["x", model.Node("ReduceSum", [y])]) : y;
        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(image, 3))));

        Assert.Contains(
            constants
                ? "Concat of constants, which cannot be computed (node 'Concat_27')"
                : "Concat on 3145728x8x8, which makes 6291456x8x8 of it (node 'Concat_20')",
            e.Message
        );
    }

    [Fact]
    public void Read_MillionsOfImagesAtOnce_IsRefused()
    {
        var model = new TinyModel();
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimValue = 1L << 40 };

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify("x", 3))));

        Assert.EndsWith("takes 1099511627776 images of 3x8x8 at once; expected at most 268 million numbers.", e.Message);
    }

    [Theory]
    [InlineData(
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
        "is not an ONNX file: it is a Git LFS pointer, not the file itself; run 'git lfs pull' where it was cloned."
    )]
    [InlineData(
        "<!DOCTYPE html><html></html>",
        "is not an ONNX file: it is a web page; what was downloaded is not the file but a page about it, get the file itself."
    )]
    public void Read_AnotherKindOfFile_SaysWhatItIs(string content, string end) =>
        Assert.EndsWith(
            end,
            Assert.Throws<DataException>(() => OnnxImport.Read(Write(System.Text.Encoding.UTF8.GetBytes(content)))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Read_TwoInitializersOfOneName_IsRefused()
    {
        var model = new TinyModel();
        byte[] bytes = model.Classify("x", 3);
        model.Graph.Initializer.Add(model.Graph.Initializer[0].Clone());

        var e = Assert.Throws<DataException>(() =>
            OnnxImport.Read(Write(new ModelProto(ModelProto.Parser.ParseFrom(bytes)) { Graph = model.Graph }.ToByteArray()))
        );

        Assert.Contains("is not a readable ONNX file: it holds two initializers 'w0'.", e.Message);
    }

    [Fact]
    public void Read_NamesWithLineEndsAndEscapes_AreToldInOneLine()
    {
        var model = new TinyModel();
        string y = model.Node("Evil\u001b[31m\n", ["x"]);
        model.Graph.Node[^1].Name = string.Concat(Enumerable.Repeat("a\nb", 1000));

        var e = Assert.Throws<DataException>(() => OnnxImport.Read(Write(model.Classify(y, 3))));

        Assert.DoesNotContain(e.Message, char.IsControl);
        Assert.InRange(e.Message.Length, 100, 1500);
    }

    [Theory]
    [InlineData("../secret.bin", null, "keeps weights in '../secret.bin', which is outside its folder. Put them beside the file.")]
    [InlineData("a/../../secret.bin", null, "keeps weights in 'a/../../secret.bin', which is outside its folder. Put them beside the file.")]
    [InlineData("/etc/hostname", null, "keeps weights in '/etc/hostname', which is outside its folder. Put them beside the file.")]
    [InlineData("w\0.bin", null, "keeps weights in 'w .bin', which is outside its folder. Put them beside the file.")]
    [InlineData("link.bin", null, "keeps weights in 'link.bin', a link to what is outside its folder. Put the file itself there.")]
    [InlineData("linked/secret.bin", null, "keeps weights in 'linked/secret.bin', a link to what is outside its folder. Put the file itself there.")]
    [InlineData("empty.bin", null, "keeps 1 weights in 'empty.bin', which is empty. Put the right file there.")]
    [InlineData("weights.bin", "9223372036854775797", "keeps 'w0' from byte 9223372036854775797 of 'weights.bin', which has 48. One of the two is damaged.")]
    public void Read_WeightsThatAreNotBesideTheFile_IsRefused(string location, string? offset, string reason)
    {
        string outside = Directory.CreateDirectory(Path.Combine(_directory.Path, "outside")).FullName,
            inside = Directory.CreateDirectory(Path.Combine(_directory.Path, "inside")).FullName;
        File.WriteAllBytes(Path.Combine(outside, "secret.bin"), new byte[48]);
        File.WriteAllBytes(Path.Combine(inside, "weights.bin"), new byte[48]);
        File.WriteAllBytes(Path.Combine(inside, "empty.bin"), []);
        File.CreateSymbolicLink(Path.Combine(inside, "link.bin"), Path.Combine(outside, "secret.bin"));
        Directory.CreateSymbolicLink(Path.Combine(inside, "linked"), outside);
        var parsed = ModelProto.Parser.ParseFrom(new TinyModel().Classify("x", 3));
        var tensor = parsed.Graph.Initializer[0];
        tensor.ClearRawData();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(offset is null ? [] : [new StringStringEntryProto { Key = "offset", Value = offset }]);
        string path = Path.Combine(inside, "model.onnx");
        File.WriteAllBytes(path, parsed.ToByteArray());

        Assert.EndsWith(reason, Assert.Throws<DataException>(() => OnnxImport.Read(path)).Message);
    }

    [Fact]
    public void Source_Add_ResolvesTheNameAsLongAsTheCopyIsThere()
    {
        string folder = Path.Combine(_directory.Path, "imports");
        string name = new OnnxNetworkSource(folder).Add(FileOf("winml-mnist"));
        var source = new OnnxNetworkSource(folder);

        Assert.Equal(name, source.TryDefine(name, new(1, 28, 28), 10)!.Name);
        Assert.Null(source.TryDefine("wrn-16-2", new(1, 28, 28), 10));
        Assert.Null(new OnnxNetworkSource(Path.Combine(_directory.Path, "elsewhere")).TryDefine(name, new(1, 28, 28), 10));
        var size = Assert.Throws<ConfigurationException>(() => source.TryDefine(name, new(1, 32, 32), 10));
        Assert.EndsWith($"{name}.onnx takes images of 1x28x28, the data has 1x32x32; scale the images.", size.Message);
        Assert.Equal([new(Setting.ImageSize, "28")], size.Remedies);
        var classes = Assert.Throws<ConfigurationException>(() => source.TryDefine(name, new(1, 28, 28), 3));
        Assert.EndsWith(
            $"{name}.onnx tells 10 classes apart, the data has 3. Give the data that it was trained on, or train it on these, from its own weights on.",
            classes.Message
        );
        Assert.Equal([Setting.InitialWeights], classes.Remedies.Select(r => r.Setting));
        Assert.NotEqual(name, source.Add(FileOf("winml-mnist"), new() { RestoreBatchNorm = false }));
    }

    [Fact]
    public void Source_Read_FileThatIsGoneSinceItWasRead_GivesTheNetworkOfItsBytes()
    {
        string original = FileOf("resnet20-cifar10-folded"), path = Write(File.ReadAllBytes(original));
        var (file, source) = (OnnxFile.Read(path), new OnnxNetworkSource(""));
        File.Delete(path);

        string name = source.Read(file, new(), image: null, classes: null, TestContext.Current.CancellationToken);
        string ofThree = source.Read(file, new(), image: null, classes: 3, TestContext.Current.CancellationToken);

        Assert.Equal(new OnnxNetworkSource("").Read(original, new()), name);
        Assert.Equal((10, 3), (source.Open(name).Definition.Classes, source.Open(ofThree).Definition.Classes));
    }

    [Fact]
    public void Source_Read_Cancelled_EndsBeforeTheProofAndKeepsNothing()
    {
        var source = new OnnxNetworkSource("");
        string path = FileOf("winml-mnist"), name = new OnnxNetworkSource("").Read(path, new());

        Assert.Throws<OperationCanceledException>(() => source.Read(OnnxFile.Read(path), new(), null, null, new(canceled: true)));

        Assert.Throws<ConfigurationException>(() => source.Open(name));
        Assert.Equal(name, source.Read(path, new()));
    }

    public void Dispose() => _directory.Dispose();

    private static string FileOf(string name) => SourceTree.PathOf("tests", "Graft.Tests", "Onnx", "Import", "Files", $"{name}.onnx");

    private string Write(byte[] model)
    {
        string path = Path.Combine(_directory.Path, "model.onnx");
        File.WriteAllBytes(path, model);
        return path;
    }
}
