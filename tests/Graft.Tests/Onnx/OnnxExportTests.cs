using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Schema;
using Graft.Operations;
using Graft.Tests.Data;
using static TorchSharp.torch;

namespace Graft.Tests.Onnx;

public sealed class OnnxExportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => Path.Combine(_directory.Path, "model.onnx");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("wrn-16-1", true)]
    [InlineData("wrn-16-1", false)]
    [InlineData("resnet-14", true)]
    [InlineData("resnet-14", false)]
    public void Save_Network_OnnxRuntimeGivesTheSameLogits(string name, bool fold)
    {
        using var network = OnnxNetworks.Create(name, (1, "inverted-residual(e=6,k=5)"), (2, "residual(w=1/2,k=3)"), (3, "bottleneck(w=2,k=3)"));

        var comparison = OnnxExport.Save(network, OnnxNetworks.Options with { FoldBatchNorm = fold }, FilePath, cancellation: Token);

        Assert.True(comparison.Agrees);
        Assert.Equal((64, 0), (comparison.Images, comparison.ClassesDiffering));
        Assert.True(File.Exists(FilePath));
    }

    [Fact]
    public void Save_NetworkInTraining_KeepsItsModeAndPrecision()
    {
        using var network = OnnxNetworks.Create("wrn-10-1");
        network.train();
        network.Precision = Precision.BFloat16;

        OnnxExport.Save(network, OnnxNetworks.Options, FilePath, cancellation: Token);

        Assert.True(network.training);
        Assert.Equal(Precision.BFloat16, network.Precision);
    }

    [Fact]
    public void Save_AnswersThatAreNotNumbers_KeepsTheFileThatWasThere()
    {
        using var network = OnnxNetworks.Create("wrn-10-1");
        using (no_grad())
        {
            network.NamedTensors().First(t => t.Name == "fc.bias").Tensor.fill_(float.NaN);
        }

        File.WriteAllText(FilePath, "before");

        var error = Assert.Throws<DataException>(() => OnnxExport.Save(network, OnnxNetworks.Options, FilePath, cancellation: Token));

        Assert.StartsWith("wrn-10-1: its logits hold NaN at [0, 0] (256 of 256 values are not finite)", error.Message, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(FilePath));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Serialize_Folded_HasBatchNormOnlyWhereNoConvolutionIsBefore()
    {
        using var network = OnnxNetworks.Create("resnet-8");
        using var wide = OnnxNetworks.Create("wrn-10-1");

        Assert.DoesNotContain("BatchNormalization", OnnxNetworks.LayersOf(OnnxExport.Serialize(network, OnnxNetworks.Options)));
        // What follows an addition, and what follows the stem at position 1: its value goes into no convolution alone.
        Assert.Equal(4, OnnxNetworks.LayersOf(OnnxExport.Serialize(wide, OnnxNetworks.Options)).Count(layer => layer == "BatchNormalization"));
        Assert.Equal(
            7,
            OnnxNetworks.LayersOf(OnnxExport.Serialize(wide, OnnxNetworks.Options with { FoldBatchNorm = false })).Count(layer => layer == "BatchNormalization")
        );
    }

    [Fact]
    public void Serialize_Network_NamesLayersAndSaysWhatItIs()
    {
        using var network = OnnxNetworks.Create("wrn-10-1", (2, "conv-stack(w=1,k=3)"));
        var options = OnnxNetworks.Options with
        {
            ClassNames = ["ape", "bée", "cat", "dog"],
            Provenance = new Dictionary<string, string> { ["weights"] = "w.safetensors" },
        };

        var model = ModelProto.Parser.ParseFrom(OnnxExport.Serialize(network, options));

        Assert.Equal((17, 8, "graft"), (model.OpsetImport.Single().Version, model.IrVersion, model.ProducerName));
        Assert.Equal(
            [
                ("architecture", "wrn-10-1"), ("classes", """["ape","bée","cat","dog"]"""), ("image", "3x16x16"),
                ("input", "(pixel / 255 - input_mean) / input_std"), ("input_mean", "0.25,0.5,0.75"), ("input_std", "0.5,0.25,0.125"),
                ("operations", """{"2":"conv-stack(w=1,k=3)"}"""), ("weights", "w.safetensors"),
            ],
            model.MetadataProps.Select(p => (p.Key, p.Value)));
        Assert.Contains("block2.layer.0.conv2", model.Graph.Node.Select(node => node.Name));
        Assert.Contains("block1.layer.0.bn1.running_mean", model.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(("images", "logits"), (model.Graph.Input.Single().Name, model.Graph.Output.Single().Name));
        Assert.Equal(["N", "", "", ""], model.Graph.Input[0].Type.TensorType.Shape.Dim.Select(d => d.DimParam));
    }

    public static TheoryData<string, string, int> OperationsAtPositions()
    {
        var data = new TheoryData<string, string, int>();
        foreach (string network in new[] { "wrn-16-1", "resnet-14" })
        {
            foreach (string operation in OperationCatalog.SeedCandidates)
            {
                data.Add(network, operation, 1);
                if (operation != "identity") // position 3 changes the shape
                {
                    data.Add(network, operation, 3);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(OperationsAtPositions))]
    public void Serialize_Operation_GivesItsOutput(string network, string name, int index)
    {
        var position = NetworkCatalog.Define(network, OnnxNetworks.Image, 4).PositionAt(index);
        var spec = OperationCatalog.Default.Parse(name);
        using var layers = new LayerFactory(1);
        using var operation = spec.Family.Create(spec, position, layers);
        OnnxNetworks.Randomize(operation.NamedTensors(""));
        operation.eval();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (int images in new[] { 1, 3 })
        {
            var x = randn([images, position.Input.Channels, position.Input.Height, position.Input.Width], generator: new Generator(4));
            var expected = operation.call(x);
            foreach (bool fold in new[] { true, false })
            {
                using var model = OnnxModel.Load(OnnxExport.Serialize(operation, position.Input, fold), name);

                var actual = tensor(model.Run(x), expected.shape);

                Assert.InRange((actual - expected).abs().max().item<float>(), 0, 1e-5 * Math.Max(1, expected.abs().max().item<float>()));
            }
        }
    }

    [Fact]
    public void Save_NoImages_WritesNothing()
    {
        using var network = OnnxNetworks.Create("wrn-10-1");

        var error = Assert.Throws<ArgumentException>(() => OnnxExport.Save(network, OnnxNetworks.Options, FilePath, [], Token));

        Assert.StartsWith("There is no image to compare on: give some, or null for seeded noise.", error.Message);
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Save_Null_NamesTheParameter()
    {
        using var network = OnnxNetworks.Create("wrn-10-1");

        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => OnnxExport.Save(network, null!, FilePath, cancellation: Token)).ParamName);
    }

    [Fact]
    [Trait("Category", "RealData")]
    public void Save_NetworkTrainedOnCifar10_PredictsTheSameClassesForTheWholeTestSet()
    {
        var weights = Environment.GetEnvironmentVariable("GRAFT_TEST_WRN16_2");
        var images = Environment.GetEnvironmentVariable("GRAFT_TEST_CIFAR10");
        Assert.SkipWhen(
            weights is null || images is null,
            "GRAFT_TEST_WRN16_2 (the file of weights) and GRAFT_TEST_CIFAR10 (the directory of images) are not set.");
        var data = DataSource.Load(images, new() { DataDirectory = images }, Token);
        using var network = NetworkWeights.Open(weights, data.Test.Shape, data.ClassNames.Count, "wrn-16-2");
        var normalization = NetworkWeights.ReadNormalization(weights) ?? data.Normalization;

        var comparison = OnnxExport.Save(
            network,
            new() { Normalization = normalization, ClassNames = data.ClassNames },
            FilePath,
            BatchLoader.InOrder(data.Test, normalization, null, 250),
            Token
        );

        Assert.Equal((10_000, 0), (comparison.Images, comparison.ClassesDiffering));
        Assert.InRange(comparison.MaxDifference, 0, 1e-4);
    }

    public void Dispose() => _directory.Dispose();
}
