using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Engine.Local;
using Graft.Tests.Training;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Networks;

public sealed class NetworkWeightsTests : IDisposable
{
    private static readonly ImageShape Image = new(3, 8, 8);

    private static readonly Normalization Normalization = new([0.4914f, 0.4822f, 0.4465f], [0.247f, 0.2435f, 0.2616f]);

    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.File("weights.safetensors");

    [Theory]
    [InlineData("wrn-10-1")]
    [InlineData("resnet-8")]
    public void Load_SavedNetwork_RestoresEveryBit(string name)
    {
        using var network = Network.Create(name, Image, classes: 4, seed: 1);
        using var other = Network.Create(name, Image, classes: 4, seed: 2);
        NetworkWeights.Save(network, Normalization, FilePath);

        NetworkWeights.Load(other, FilePath);

        Assert.Equal(TensorHash.Of(network.NamedTensors()), TensorHash.Of(other.NamedTensors()));
    }

    [Theory]
    [InlineData("fc.weight", float.NaN, "tensor 'fc.weight' holds NaN at [1, 2] (1 of 256 values is not finite)")]
    [InlineData("fc.weight", float.NegativeInfinity, "tensor 'fc.weight' holds minus infinity at [1, 2]")]
    [InlineData("bn1.running_var", -1f, "tensor 'bn1.running_var' holds negative variances")]
    [InlineData("bn1.running_mean", float.NaN, "tensor 'bn1.running_mean' holds NaN at [")]
    public void Load_ValueThatIsNone_NamesFileTensorAndIndex(string name, float value, string fault)
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4);
        using (no_grad())
        {
            network.NamedTensors().Single(t => t.Name == name).Tensor.view(-1)[name == "fc.weight" ? 64 + 2 : 3].fill_(value);
        }

        using (var stream = File.Create(FilePath))
        {
            SafeTensorsFile.Save(stream, network.NamedTensors()); // as other programs may: Save itself refuses it
        }

        Assert.StartsWith($"{FilePath}: {fault}", Assert.Throws<DataException>(() => NetworkWeights.Load(network, FilePath)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{FilePath}: {fault}", Assert.Throws<DataException>(() => NetworkWeights.RequireFinite(FilePath)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("63,5 127")]
    public void ReadNormalization_DeviationThatIsNone_IsRefused(string std)
    {
        using var tensor = zeros(1);
        using (var stream = File.Create(FilePath))
        {
            SafeTensorsFile.Save(stream, [("x", tensor)], new Dictionary<string, string> { ["normalisation_mean"] = "128", ["normalisation_std"] = std });
        }

        Assert.StartsWith(
            $"{FilePath}: the metadata's normalisation_std is '{std}'",
            Assert.Throws<DataException>(() => NetworkWeights.ReadNormalization(FilePath)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Save_WithClassNames_SaysThem()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 2);
        NetworkWeights.Save(network, Normalization, FilePath, ["ant", "bée"]);
        Assert.Equal(["ant", "bée"], NetworkWeights.ReadClassNames(FilePath));

        NetworkWeights.Save(network, Normalization, FilePath);
        Assert.Empty(NetworkWeights.ReadClassNames(FilePath));
    }

    [Theory]
    [InlineData("wrn-10-1")]
    [InlineData("resnet-8")]
    public void ReorderClasses_ByName_PermutesTheLogits(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Network.Create(name, Image, classes: 4, seed: 1);
        network.eval();
        var images = rand(2, 3, 8, 8, generator: new Generator(1));
        var before = network.call(images);
        var order = new ClassOrder("file", ["a", "b", "c", "d"], "data", ["c", "a", "d", "b"]);

        network.ReorderClasses(order.PlacesOfDataClasses);

        Assert.Equal([2, 0, 3, 1], order.PlacesOfDataClasses);
        Assert.True(network.call(images).equal(before.index_select(1, tensor(new long[] { 2, 0, 3, 1 }))).all().item<bool>());
    }

    [Fact]
    public void Open_NetworkWithSubstitutedOperations_RebuildsIt()
    {
        using var network = WithSubstitutions();
        NetworkWeights.Save(network, Normalization, FilePath);

        using var opened = NetworkWeights.Open(FilePath, Image, classes: 4);

        Assert.Equal("wrn-10-1", opened.Definition.Name);
        Assert.Equal(["identity", "teacher", "conv-stack(w=2,k=3)"], opened.Architecture.Select(o => o.Text));
        Assert.Equal(TensorHash.Of(network.NamedTensors()), TensorHash.Of(opened.NamedTensors()));
    }

    [Fact]
    public void Open_NetworkWithSubstitutedOperations_GivesBitEqualLogits()
    {
        using var scope = NewDisposeScope();
        using var network = WithSubstitutions();
        NetworkWeights.Save(network, Normalization, FilePath);
        using var opened = NetworkWeights.Open(FilePath, Image, classes: 4);
        network.eval();
        opened.eval();
        var images = rand(2, 3, 8, 8, generator: new Generator(1));

        Assert.True(network.call(images).equal(opened.call(images)).all().item<bool>());
    }

    [Theory]
    [InlineData("wrn-10-1", "fc.")]
    [InlineData("resnet-8", "linear.")]
    public void OpenForNewClasses_OtherNumberOfClasses_KeepsAllButTheClassifier(string name, string classifier)
    {
        using var network = Network.Create(name, Image, classes: 4, seed: 1);
        NetworkWeights.Save(network, Normalization, FilePath);

        using var opened = NetworkWeights.OpenForNewClasses(FilePath, Image, classes: 7, seed: 5);

        using var fresh = Network.Create(name, Image, classes: 7, seed: 5);
        Assert.Equal(Hash(network, ofClassifier: false), Hash(opened, ofClassifier: false));
        Assert.Equal(Hash(fresh, ofClassifier: true), Hash(opened, ofClassifier: true));
        Assert.Equal(7, opened.NamedTensors().Single(t => t.Name == $"{classifier}bias").Tensor.shape[0]);

        string Hash(Network of, bool ofClassifier) => TensorHash.Of(of.NamedTensors().Where(t => t.Name.StartsWith(classifier) == ofClassifier));
    }

    [Fact]
    public void OpenForNewClasses_NetworkWithSubstitutedOperations_KeepsThem()
    {
        using var network = WithSubstitutions();
        NetworkWeights.Save(network, Normalization, FilePath);

        using var opened = NetworkWeights.OpenForNewClasses(FilePath, Image, classes: 3, seed: 5);

        Assert.Equal(["identity", "teacher", "conv-stack(w=2,k=3)"], opened.Architecture.Select(o => o.Text));
    }

    [Fact]
    public void OpenForNewClasses_AnotherNetwork_IsRefused()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4, seed: 1);
        NetworkWeights.Save(network, Normalization, FilePath);

        var message = Assert.Throws<DataException>(() => NetworkWeights.OpenForNewClasses(FilePath, Image, classes: 3, seed: 5, "wrn-10-2")).Message;

        Assert.StartsWith($"{FilePath} does not fit wrn-10-2: ", message);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("_orig_mod.")]
    [InlineData("model._orig_mod.module.")]
    public void Open_NamesWithPrefixes_AreThoseOfTheNetwork(string prefix)
    {
        using var network = Network.Create("resnet-8", Image, classes: 4, seed: 1);
        using (var stream = File.Create(FilePath))
        {
            SafeTensorsFile.Save(stream, network.NamedTensors().Select(t => ($"{prefix}{t.Name}", t.Tensor)));
        }

        using var opened = NetworkWeights.Open(FilePath, Image, classes: 4, "resnet-8");

        Assert.Equal(TensorHash.Of(network.NamedTensors()), TensorHash.Of(opened.NamedTensors()));
        Assert.Equal((Image, 4), NetworkWeights.ReadShape(FilePath, 8));
    }

    /// <summary>
    /// Public CIFAR ResNets as published, in the directory that GRAFT_TEST_PRETRAINED names (akamaster/pytorch_resnet_cifar10, names module.…, before PyTorch
    /// 1.6).
    /// </summary>
    [Theory]
    [Trait("Category", "RealData")]
    [InlineData("resnet20-12fca82f.th", "resnet-20", 8_103)]
    [InlineData("resnet56-4bfd9763.th", "resnet-56", 8_320)]
    public void Open_PublishedCheckpoint_AsManyRightAsInPyTorch(string file, string name, int right)
    {
        var directory = Environment.GetEnvironmentVariable("GRAFT_TEST_PRETRAINED");
        var images = Environment.GetEnvironmentVariable("GRAFT_TEST_CIFAR10");
        Assert.SkipWhen(directory is null || images is null, "GRAFT_TEST_PRETRAINED and GRAFT_TEST_CIFAR10 do not name directories.");
        using var cache = new Graft.Tests.Data.TemporaryDirectory();
        var data = DataSource.Load(images, cache.Options with { Images = new() { Normalization = "imagenet" } }, TestContext.Current.CancellationToken);
        using var network = NetworkWeights.Open(Path.Combine(directory, file), data.Test.Shape, 10, name);

        var evaluation = Evaluator.Evaluate(network, data.Test, data.Normalization, null, CPU, TestContext.Current.CancellationToken);

        Assert.Equal(right, evaluation.Correct);
    }

    [Fact]
    public void Save_TrainedNetwork_KeepsConvolutionsChannelsLastAfterLoading()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4);
        NetworkWeights.Save(network, Normalization, FilePath);

        using var opened = NetworkWeights.Open(FilePath, Image, classes: 4);

        Assert.All(network.parameters().Zip(opened.parameters()), pair => Assert.Equal(pair.First.stride(), pair.Second.stride()));
    }

    [Fact]
    public void Load_SavedOperation_RestoresEveryBit()
    {
        var position = NetworkCatalog.Define("wrn-10-1", Image, 4).Positions[1];
        var spec = OperationCatalog.Default.Parse("inverted-residual(e=6,k=3)");
        using var layers = new LayerFactory(1);
        using var operation = spec.Family.Create(spec, position, layers);
        using var other = spec.Family.Create(spec, position, layers);
        NetworkWeights.Save(operation, FilePath);

        NetworkWeights.Load(other, FilePath);

        Assert.Equal(TensorHash.Of(operation.NamedTensors("")), TensorHash.Of(other.NamedTensors("")));
    }

    [Theory]
    [InlineData(new[] { 0.4914f, 0.4822f, 0.4465f }, new[] { 0.247f, 0.2435f, 0.2616f })]
    [InlineData(new[] { 0.286f }, new[] { 0.353f })]
    [InlineData(new[] { 0.5070746f, 0.48654896f, 0.44091784f }, new[] { 0.26733428f, 0.25643846f, 0.27615047f })]
    public void ReadNormalization_SavedNetwork_GivesBackEveryBit(float[] mean, float[] std)
    {
        using var network = Network.Create("wrn-10-1", Image with { Channels = mean.Length }, classes: 4);
        NetworkWeights.Save(network, new(mean, std), FilePath);

        var read = NetworkWeights.ReadNormalization(FilePath)!;

        Assert.Equal(mean, read.Mean);
        Assert.Equal(std, read.Std);
    }

    [Fact]
    public void Save_Network_TellsVersionsBeforeHowPixelsAreNormalised()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4);
        NetworkWeights.Save(network, new([0.49f, 0.48f, 0.45f], [0.25f, 0.24f, 0.26f]), FilePath);
        using var file = WeightFile.Load(FilePath);

        var old = NetworkMetadata.ReadNormalization(file.Metadata.Where(m => m.Key is not ("input_mean" or "input_std")).ToDictionary(), FilePath)!;

        Assert.All(old.Mean.Zip(new[] { 0.49f, 0.48f, 0.45f }), x => Assert.Equal(x.Second, x.First, 1e-6f));
        Assert.All(old.Std.Zip(new[] { 0.25f, 0.24f, 0.26f }), x => Assert.Equal(x.Second, x.First, 1e-6f));
    }

    [Fact]
    public void ReadNormalization_FileThatDoesNotSay_IsNull()
    {
        Write(null);

        Assert.Null(NetworkWeights.ReadNormalization(FilePath));
    }

    [Theory]
    [InlineData("normalisation_mean", "125.5,127.5,63.75", "normalisation_std", "63.75,51,25.5")]
    [InlineData("input_mean", "0.49215686,0.5,0.25", "input_std", "0.25,0.2,0.1")]
    public void ReadNormalization_BothScales_GiveTheSame(string meanKey, string mean, string stdKey, string std)
    {
        Write(new() { [meanKey] = mean, [stdKey] = std });

        Assert.Equal(new Normalization([0.49215686f, 0.5f, 0.25f], [0.25f, 0.2f, 0.1f]), NetworkWeights.ReadNormalization(FilePath));
    }

    [Theory]
    [InlineData("normalisation_mean", "0.49,0.48,0.45", "normalisation_std", "0.25,0.24,0.26", "0–255")]
    [InlineData("input_mean", "125,122,114", "input_std", "63,62,67", "0–1")]
    public void ReadNormalization_NumbersOfOtherPixels_AreRefused(string meanKey, string mean, string stdKey, string std, string pixels)
    {
        Write(new() { [meanKey] = mean, [stdKey] = std });

        Assert.Equal(
            $"{FilePath}: the metadata's {meanKey} and {stdKey} are '{mean}' and '{std}', which pixels of {pixels} do not give. "
                + "Write input_mean and input_std of pixels of 0–1, or give them here.",
            Assert.Throws<DataException>(() => NetworkWeights.ReadNormalization(FilePath)).Message);
    }

    [Fact]
    public void ReadNormalization_NotNumbers_NamesFileAndText()
    {
        Write(new() { ["normalisation_mean"] = "125,many,114", ["normalisation_std"] = "63,62,67" });

        Assert.Equal(
            $"{FilePath}: the metadata's normalisation_mean is '125,many,114', expected finite numbers with commas between them, one a channel.",
            Assert.Throws<DataException>(() => NetworkWeights.ReadNormalization(FilePath)).Message);
    }

    [Fact]
    public void Load_MissingTensors_CountsThemAndNamesTheFirst()
    {
        Write(null, tensors => tensors.Where(t => !t.Name.StartsWith("fc.", StringComparison.Ordinal)));

        Assert.Equal($"{FilePath} does not fit wrn-10-1: it lacks 2 tensors ('fc.weight', …).", LoadError());
    }

    [Fact]
    public void Load_CountsOfBatchesThatTheNetworkDoesNotKeep_AreLeftOut()
    {
        using var extra = zeros(1);
        Write(null, tensors => tensors.Append(("features.bn1.num_batches_tracked", extra)));
        using var network = Network.Create("wrn-10-1", Image, classes: 4);

        NetworkWeights.Load(network, FilePath);
    }

    [Fact]
    public void Load_UnexpectedTensor_NamesIt()
    {
        using var extra = zeros(1);
        Write(null, tensors => tensors.Append(("ema.decay", extra)));

        Assert.Equal($"{FilePath} does not fit wrn-10-1: it has 1 unknown tensor ('ema.decay').", LoadError());
    }

    [Fact]
    public void Load_FileOfAnotherNetwork_SaysWhatIsMissingAndWhatIsUnknown()
    {
        using var network = Network.Create("resnet-8", Image, classes: 4);
        NetworkWeights.Save(network, Normalization, FilePath);

        Assert.Equal(
            $"{FilePath} does not fit wrn-10-1: it lacks 34 tensors ('block1.layer.0.bn1.weight', …) "
            + "and has 32 unknown tensors ('layer1.0.conv1.weight', …). Its tensors look like those of resnet-8: is that the network?",
            LoadError());
    }

    [Fact]
    public void Save_ValueThatIsNotFinite_SaysThatTrainingDivergedAndWritesNothing()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4);
        network.NamedTensors().Single(t => t.Name == "block2.layer.0.bn1.running_var").Tensor.fill_(double.PositiveInfinity);

        var error = Assert.Throws<DivergedException>(() => NetworkWeights.Save(network, Normalization, FilePath));

        Assert.StartsWith("training diverged: tensor 'block2.layer.0.bn1.running_var' holds infinity at [0]", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }

    [Theory]
    [InlineData("resnet-14", "resnet-8", "it has 30 unknown tensors ('layer1.1.conv1.weight', …).")]
    [InlineData("wrn-16-1", "wrn-10-1", "it has 30 unknown tensors ('block1.layer.1.bn1.weight', …).")]
    [InlineData("wrn-10-3", "wrn-10-2", "'block1.layer.0.conv1.weight' is [48, 16, 3, 3], expected [32, 16, 3, 3].")]
    public void Load_FileOfAnotherSizeOfTheFamily_NamesThatNetwork(string other, string own, string fault)
    {
        using var network = Network.Create(other, Image, classes: 4);
        NetworkWeights.Save(network, Normalization, FilePath);
        using var target = Network.Create(own, Image, classes: 4);

        var error = Assert.Throws<DataException>(() => NetworkWeights.Load(target, FilePath));

        Assert.Equal($"{FilePath} does not fit {own}: {fault} Its tensors look like those of {other}: is that the network?", error.Message);
    }

    [Fact]
    public void Load_WrongShape_SaysFoundAndExpected()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 10);
        NetworkWeights.Save(network, Normalization, FilePath);

        Assert.Equal($"{FilePath} does not fit wrn-10-1: 'fc.weight' is [10, 64], expected [4, 64]: it tells 10 classes apart, not 4.", LoadError());
    }

    [Fact]
    public void Load_OtherChannels_SaysSo()
    {
        using var network = Network.Create("wrn-10-1", Image with { Channels = 1 }, classes: 4);
        NetworkWeights.Save(network, Normalization, FilePath);

        Assert.Equal(
            $"{FilePath} does not fit wrn-10-1: 'conv1.weight' is [16, 1, 3, 3], expected [16, 3, 3, 3]: it takes images of 1 channel, not 3.", LoadError());
    }

    [Fact]
    public void Load_WrongShape_LeavesTheNetworkAsItWas()
    {
        using var wrong = Network.Create("wrn-10-1", Image, classes: 10, seed: 1);
        NetworkWeights.Save(wrong, Normalization, FilePath);
        using var network = Network.Create("wrn-10-1", Image, classes: 4, seed: 2);
        string before = TensorHash.Of(network.NamedTensors());

        Assert.Throws<DataException>(() => NetworkWeights.Load(network, FilePath));

        Assert.Equal(before, TensorHash.Of(network.NamedTensors()));
    }

    [Fact]
    public void Load_FileWithoutBatchCounts_IsAccepted()
    {
        Write(null, tensors => tensors.Where(t => !t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)));
        using var network = Network.Create("wrn-10-1", Image, classes: 4, seed: 9);

        NetworkWeights.Load(network, FilePath);

        using var expected = Network.Create("wrn-10-1", Image, classes: 4, seed: 3);
        Assert.Equal(TensorHash.Of(expected.NamedTensors()), TensorHash.Of(network.NamedTensors()));
    }

    [Fact]
    public void Open_FileThatDoesNotNameItsNetwork_AsksForTheName()
    {
        Write(null);

        Assert.Equal(
            $"{FilePath} does not say which network it belongs to, but its tensors look like those of wrn-10-1; name the network.",
            Assert.Throws<ConfigurationException>(() => NetworkWeights.Open(FilePath, Image, classes: 4)).Message);
    }

    [Fact]
    public void Open_NameGiven_IsTaken()
    {
        Write(null);

        using var network = NetworkWeights.Open(FilePath, Image, classes: 4, "wrn-10-1");

        Assert.Equal("wrn-10-1", network.Definition.Name);
    }

    [Theory]
    [InlineData("{\"1\":\"conv-stak\"}", "Unknown operation 'conv-stak'. Did you mean 'conv-stack'?")]
    [InlineData("{\"2\":\"identity\"}", "wrn-10-1, position 2: identity cannot change the shape, and position 2 turns 16x8x8 into 32x4x4.")]
    [InlineData("{\"9\":\"identity\"}", "wrn-10-1 has no position 9: its positions are 1 to 3.")]
    public void Open_OperationsThatCannotBe_NamesFileAndReason(string operations, string reason)
    {
        Write(new() { ["architecture"] = "wrn-10-1", ["operations"] = operations });

        Assert.Equal(
            $"{FilePath}: the metadata's list of operations cannot be used: {reason}",
            Assert.Throws<DataException>(() => NetworkWeights.Open(FilePath, Image, classes: 4)).Message);
    }

    [Fact]
    public void Open_OperationsThatAreNotJson_NamesTheFile()
    {
        Write(new() { ["architecture"] = "wrn-10-1", ["operations"] = "identity at 1" });

        Assert.StartsWith(
            $"{FilePath}: the metadata's list of operations cannot be used: ",
            Assert.Throws<DataException>(() => NetworkWeights.Open(FilePath, Image, classes: 4)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "RealData")]
    public void Open_NetworkTrainedWithPyTorch_AnswersCifar10AsThere()
    {
        var weights = Environment.GetEnvironmentVariable("GRAFT_TEST_WRN16_2");
        var images = Environment.GetEnvironmentVariable("GRAFT_TEST_CIFAR10");
        Assert.SkipWhen(
            weights is null || images is null,
            "GRAFT_TEST_WRN16_2 (the file of weights) and GRAFT_TEST_CIFAR10 (the directory of images) are not set.");
        var data = DataSource.Load(images, new() { DataDirectory = images }, TestContext.Current.CancellationToken);
        using var network = NetworkWeights.Open(weights, data.Test.Shape, data.ClassNames.Count, "wrn-16-2");

        var result = Evaluator.Evaluate(
            network, data.Test, NetworkWeights.ReadNormalization(weights) ?? data.Normalization, null, CPU, TestContext.Current.CancellationToken);

        Assert.InRange(result.Correct, 8544 - 3, 8544 + 3); // PyTorch's own count; a few images lie so near a border that rounding decides
    }

    public void Dispose() => _directory.Dispose();

    private static Network WithSubstitutions()
    {
        var network = Network.Create("wrn-10-1", Image, classes: 4, seed: 1);
        using var layers = new LayerFactory(2);
        network.Substitute(network.Positions[0], OperationCatalog.Default.Parse("identity"), layers);
        network.Substitute(network.Positions[2], OperationCatalog.Default.Parse("conv-stack(w=2,k=3)"), layers);
        return network;
    }

    private string LoadError()
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4);
        return Assert.Throws<DataException>(() => NetworkWeights.Load(network, FilePath)).Message;
    }

    // A file as others write it: the tensors of a wrn-10-1 of seed 3, and metadata of their own or none.
    private void Write(
        Dictionary<string, string>? metadata, Func<IEnumerable<(string Name, Tensor Tensor)>, IEnumerable<(string Name, Tensor Tensor)>>? change = null)
    {
        using var network = Network.Create("wrn-10-1", Image, classes: 4, seed: 3);
        using var stream = File.Create(FilePath);
        SafeTensorsFile.Save(stream, change is null ? network.NamedTensors() : change(network.NamedTensors()), metadata);
    }
}
