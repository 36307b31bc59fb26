using System.Text.Json;
using Google.Protobuf;
using Graft.Cli.Tests.Support;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx.Schema;

namespace Graft.Cli.Tests.Commands;

public sealed class EvaluateCommandTests
{
    private static readonly Normalization Half = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    [Fact]
    public async Task Evaluate_SavedNetwork_IsAsExpected()
    {
        Save("evaluate.safetensors");

        var result = await InProcess.RunAsync("evaluate evaluate.safetensors --data images");

        Assert.Equal(0, result.Code);
        Expected.MatchesButForNumbers("evaluate", result.Output);
    }

    [Fact]
    public async Task Evaluate_Json_AccuracyIsCorrectOfImages()
    {
        Save("evaluate-json.safetensors");

        var result = await InProcess.RunAsync("evaluate evaluate-json.safetensors --data images --json");

        using var document = JsonDocument.Parse(result.Output);
        var root = document.RootElement;
        Assert.Equal(24, root.GetProperty("images").GetInt32());
        Assert.Equal(root.GetProperty("correct").GetInt32() / 24.0, root.GetProperty("accuracy").GetDouble(), 12);
        Assert.Equal(
            ("wrn-10-1", "weights", "fp32"),
            (root.GetProperty("network").GetString(), root.GetProperty("normalization").GetString(), root.GetProperty("precision").GetString())
        );
    }

    [Theory]
    [InlineData("--normalization 0.5,0.5,0.5/0.5,0.5,0.5")]
    [InlineData("--mean 0.5,0.5,0.5 --std 0.5,0.5,0.5")]
    public async Task Evaluate_LargerPhotographs_AreScaledAndNormalisedAsIsSaid(string normalization)
    {
        Playground.WriteImages("images24", classes: 3, train: 2, test: 4, size: 24);
        Save("scaled.safetensors");
        const string Line = "evaluate scaled.safetensors --data images24 --image-size 16 --json";
        using var own = JsonDocument.Parse((await InProcess.RunAsync(Line)).Output);
        using var given = JsonDocument.Parse((await InProcess.RunAsync($"{Line} {normalization}")).Output);

        Assert.Equal(
            ("option", own.RootElement.GetProperty("loss").GetDouble()),
            (given.RootElement.GetProperty("normalization").GetString(), given.RootElement.GetProperty("loss").GetDouble())
        );
    }

    // Nothing fails: convolutions take any size.
    [Fact]
    public async Task Evaluate_ImagesOfAnotherSizeThanTheWeightsWereTrainedOn_SaysSo()
    {
        Playground.WriteImages("images24w", classes: 3, train: 2, test: 4, size: 24);
        Save("sized.safetensors");

        var other = await InProcess.RunAsync("evaluate sized.safetensors --data images24w");
        var own = await InProcess.RunAsync("evaluate sized.safetensors --data images24w --image-size 16");

        Assert.Equal((0, 0), (other.Code, own.Code));
        Assert.Contains("note: sized.safetensors was trained on images of 16x16 pixels and gets 24x24 here", other.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("note:", own.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_DirectoryInPlaceOfTheFileAndTheReverse_AsksWhetherTheyWereSwapped()
    {
        Save("swapped.safetensors");

        var result = await InProcess.RunAsync("evaluate images --data swapped.safetensors");

        Assert.Equal(
            (2, "error: 'images' is a directory and --data 'swapped.safetensors' a file: were they swapped?"),
            (result.Code, result.Error.TrimEnd()));
    }

    [Fact]
    public async Task Evaluate_WeightsOfAnotherNetwork_NamesWhatDoesNotFit()
    {
        Save("other.safetensors");

        var result = await InProcess.RunAsync("evaluate other.safetensors --data images --network wrn-16-1");

        Assert.Equal(2, result.Code);
        Assert.Equal(
            "error: other.safetensors does not fit wrn-16-1: it lacks 30 tensors ('block1.layer.1.bn1.weight', …). Its tensors look like those of wrn-10-1: is that the network?",
            result.Error.TrimEnd().Split('\n')[^1]
        );
    }

    [Fact]
    public async Task Evaluate_OnnxFileThatTheDefaultDataDoNotFit_SaysSoBeforeTheyAreDownloaded()
    {
        Save("unfit.safetensors");
        Assert.Equal(0, (await InProcess.RunAsync("export unfit.safetensors --data images --out unfit.onnx --force")).Code);

        var result = await InProcess.RunAsync("evaluate unfit.onnx --data-directory never-downloaded");

        Assert.Equal(2, result.Code);
        Assert.Equal(
            "error: unfit.onnx tells 3 classes apart, cifar10 has 10. Give the data that it was trained on, or train it on these, from its own weights on "
                + "(graft train --network unfit.onnx --from unfit.onnx).",
            result.Error.TrimEnd());
        Assert.False(Directory.Exists("never-downloaded"));
    }

    [Theory]
    [InlineData("evaluate unfit.safetensors", "unfit.safetensors does not fit wrn-10-1: 'fc.weight'")]
    [InlineData("study --teacher unfit.safetensors --data cifar10", "unfit.safetensors does not fit wrn-10-1: 'fc.weight'")]
    [InlineData("study --network wrn-10-1 --teacher missing.pth --data cifar10", "the teacher's weights missing.pth: there is no such file.")]
    [InlineData("accelerate --network wrn-10-1 --teacher missing.pth --data cifar10 --budget 0.5 --out f.onnx", "missing.pth: there is no such file.")]
    [InlineData("train --network wrn-10-1 --from missing.pth --data cifar10", "the weights to go on from missing.pth: there is no such file.")]
    [InlineData("train --network wrn-16-1 --from unfit.safetensors --data cifar10", "unfit.safetensors does not fit wrn-16-1: it lacks ")]
    [InlineData("train --network wrn-10-1 --from missing.onnx --data cifar10", "missing.onnx: there is no such file.")]
    [InlineData("export unfit.safetensors --data cifar10 --out f.onnx", "unfit.safetensors does not fit wrn-10-1: 'fc.weight'")]
    [InlineData("train --network wrn-11-1 --data cifar10", "There is no 'wrn-11-1': the depth of a WRN is 6n + 4")]
    [InlineData("study --network unfit.safetensors --data cifar10", "weights are given apart (--teacher unfit.safetensors).")]
    [InlineData("evaluate wrn-10-1", "'wrn-10-1' is a network, and what is tested is a file: graft evaluate FILE --network wrn-10-1.")]
    [InlineData("evaluate unfit.safetensors --network x.pth", "'x.pth' is named like a file of weights, and weights are no network.")]
    public async Task Command_WhatDoesNotFitAKnownDataSet_IsSaidBeforeItIsDownloaded(string command, string expected)
    {
        Save("unfit.safetensors");

        var result = await InProcess.RunAsync($"{command} --data-directory never-downloaded");

        Assert.Equal(2, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("never-downloaded"));
    }

    [Fact]
    public async Task Evaluate_WeightsOnAKnownDataSet_TestsAllItsImages()
    {
        using (var network = Network.Create("wrn-10-1", new ImageShape(1, 32, 32), classes: 10, seed: 1))
        {
            NetworkWeights.Save(network, new([0.5f], [0.25f]), "mini.safetensors");
        }

        var result = await InProcess.RunAsync("evaluate mini.safetensors --data fashion-mnist-mini --json");

        Assert.Equal(0, result.Code);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(2000, document.RootElement.GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Evaluate_OnnxFileOfAPixelRangeThatIsNotKnown_NeedsTheNormalisation()
    {
        Save("range.safetensors");
        Assert.Equal(0, (await InProcess.RunAsync("export range.safetensors --data images --out range.onnx --force")).Code);
        var model = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync("range.onnx", Token));
        model.MetadataProps.Single(entry => entry.Key == "input_mean").Key = "Image.NominalPixelRange";
        model.MetadataProps.Single(entry => entry.Key == "Image.NominalPixelRange").Value = "NominalRange_16_235";
        await File.WriteAllBytesAsync("range.onnx", model.ToByteArray(), Token);

        var refused = await InProcess.RunAsync("evaluate range.onnx --data images");
        var given = await InProcess.RunAsync("evaluate range.onnx --data images --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5");

        Assert.Equal((2, 0), (refused.Code, given.Code));
        Assert.Equal(
            "error: range.onnx: the metadata's Image.NominalPixelRange is 'NominalRange_16_235', known are NominalRange_0_255, Normalized_0_1, Normalized_1_1. "
                + "Say how pixels are normalised (--mean, --std).",
            refused.Error.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public async Task Evaluate_ReorderClassesOfAFileWithoutNames_SaysThatItDoesNothing()
    {
        Save("nameless.safetensors");

        var result = await InProcess.RunAsync("evaluate nameless.safetensors --data images --reorder-classes");

        Assert.Equal((2, true), (result.Code, result.Error.Contains(
            "error: --reorder-classes maps classes by name, and nameless.safetensors does not name its classes; leave it out.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Evaluate_TruncatedWeights_NamesTheFile()
    {
        Save("whole.safetensors");
        await File.WriteAllBytesAsync("cut.safetensors", (await File.ReadAllBytesAsync("whole.safetensors", Token))[..5000], Token);

        var result = await InProcess.RunAsync("evaluate cut.safetensors --data images");

        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: cut.safetensors: ", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void Save(string path)
    {
        using var network = Network.Create("wrn-10-1", new ImageShape(3, 16, 16), classes: 3, seed: 1);
        NetworkWeights.Save(network, Half, path);
    }
}
