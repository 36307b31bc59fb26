using System.Text.Json;
using Graft.Cli.Tests.Support;
using Graft.Data;
using Graft.Jobs;
using Graft.Networks;

namespace Graft.Cli.Tests.Commands;

public sealed class ExportCommandTests
{
    private static readonly Normalization Half = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    [Fact]
    public async Task Export_ThenEvaluate_IsAsExpected()
    {
        Save("export.safetensors");

        var export = await InProcess.RunAsync("export export.safetensors --data images --out export.onnx");
        var evaluate = await InProcess.RunAsync("evaluate export.onnx --data images");

        Assert.Equal((0, 0), (export.Code, evaluate.Code));
        Expected.MatchesButForNumbers("export", export.Output);
        Expected.MatchesButForNumbers("evaluate-onnx", evaluate.Output);
    }

    [Fact]
    public async Task Evaluate_OnnxAndItsWeights_CountTheSameRight()
    {
        Save("same.safetensors");
        await InProcess.RunAsync("export same.safetensors --no-fold");

        var weights = await InProcess.RunAsync("evaluate same.safetensors --data images --json");
        var onnx = await InProcess.RunAsync("evaluate same.onnx --data images --batch 4 --threads 2 --json");

        using JsonDocument expected = JsonDocument.Parse(weights.Output), actual = JsonDocument.Parse(onnx.Output);
        Assert.Equal(expected.RootElement.GetProperty("correct").GetInt32(), actual.RootElement.GetProperty("correct").GetInt32());
        Assert.Equal(
            ("wrn-10-1", "file"),
            (actual.RootElement.GetProperty("network").GetString(), actual.RootElement.GetProperty("normalization").GetString())
        );
        var latency = actual.RootElement.GetProperty("latency");
        Assert.Equal((4, 2), (latency.GetProperty("batchSize").GetInt32(), latency.GetProperty("threads").GetInt32()));
        Assert.True(latency.GetProperty("medianMs").GetDouble() > 0);
    }

    [Fact]
    public async Task Export_Json_TellsTheComparison()
    {
        Save("json.safetensors");

        var result = await InProcess.RunAsync("export json.safetensors --json");

        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(
            ("json.onnx", 64, 0),
            (
                document.RootElement.GetProperty("file").GetString(),
                document.RootElement.GetProperty("images").GetInt32(),
                document.RootElement.GetProperty("classesDiffering").GetInt32()
            )
        );
        Assert.InRange(document.RootElement.GetProperty("maxDifference").GetDouble(), 0, document.RootElement.GetProperty("tolerance").GetDouble());
    }

    [Theory]
    [InlineData("export nowhere.safetensors", "error: nowhere.safetensors: there is no such file.")]
    [InlineData("export plan.yaml", "error: plan.yaml: ")]
    [InlineData("export faults.safetensors --network resnet-8", "error: faults.safetensors does not fit resnet-8: ")]
    [InlineData(
        "export faults.safetensors --mean 0.5 --std 0.5 --normalization imagenet",
        "error: --normalization says what --mean and --std say: give the one or the others."
    )]
    [InlineData(
        "export faults.safetensors --mean 124,116,104 --std 58,57,57",
        "error: the normalisation of --mean and --std has numbers above 1, which pixels in [0, 1] do not give; divide those of pixels of 0–255 by 255."
    )]
    [InlineData("export faults.safetensors --mean 0.5", "error: --mean and --std go together: give both.")]
    [InlineData("export faults.safetensors --mean 0.5 --std 0.5", "error: the normalisation has 1 mean and 1 deviation; images of 3x16x16 need 3 each.")]
    [InlineData(
        "export faults.safetensors --mean a,b,c --std 1,1,1",
        "error: --mean is 'a,b,c'; it must be numbers separated by commas, one a channel, e.g. 0.49,0.48,0.45."
    )]
    [InlineData(
        "export faults.safetensors --mean 0,0,0 --std 1,0,1",
        "error: --std is '1,0,1'; it must be numbers above 0 separated by commas, one a channel, e.g. 0.49,0.48,0.45."
    )]
    [InlineData(
        "export faults.safetensors --mean 0,0,0 --std 1,1,1e-39",
        "error: --std is '1,1,1e-39'; it must be numbers above 0 separated by commas, one a channel, e.g. 0.49,0.48,0.45."
    )]
    [InlineData("evaluate nowhere.onnx --data images", "error: nowhere.onnx: there is no such file.")]
    [InlineData("evaluate faults.onnx --data images --network wrn-10-1", "error: --network is for weights, not for ONNX files")]
    [InlineData("evaluate faults.safetensors --data images --batch 2", "error: --batch is for ONNX files, not for weights.")]
    [InlineData("evaluate faults.onnx --data images --batch 0", "error: --batch is 0 and --threads 1; they must be from 1 to 65536 and from 0 to 1024.")]
    public async Task Export_WrongInput_IsToldInOneLineAndWritesNothing(string line, string error)
    {
        Save("faults.safetensors");

        var result = await InProcess.RunAsync(line);

        Assert.Equal(2, result.Code);
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists("faults.onnx") || File.Exists("plan.onnx"));
    }

    // The file says how photographs become its input, so that nobody need know the options.
    [Fact]
    public async Task Export_ImagesScaledAndCropped_AreSoWhereverTheFileIsTested()
    {
        Playground.WriteImages("images40", classes: 3, train: 2, test: 8, size: 40);
        Save("cropped.safetensors");
        const string Scaled = "--data images40 --image-size 16 --resize 20";
        Assert.Equal(0, (await InProcess.RunAsync($"export cropped.safetensors {Scaled} --force")).Code);

        var said = await InProcess.RunAsync($"evaluate cropped.onnx {Scaled} --json");
        var alone = await InProcess.RunAsync("evaluate cropped.onnx --data images40 --json");
        var words = await InProcess.RunAsync("evaluate cropped.onnx --data images40");

        using var file = Graft.Onnx.OnnxClassifier.Load("cropped.onnx");
        Assert.Equal(("20", "16"), (file.Metadata["input_resize"], file.Metadata["input_crop"]));
        using JsonDocument expected = JsonDocument.Parse(said.Output), actual = JsonDocument.Parse(alone.Output);
        Assert.Equal(expected.RootElement.GetProperty("correct").GetInt32(), actual.RootElement.GetProperty("correct").GetInt32());
        Assert.Contains("images scaled as the file says: the shorter side to 20 pixels, the middle 16x16 taken", words.Output, StringComparison.Ordinal);
        Assert.Equal(new ImageOptions { Size = 16, Resize = 20 }, NetworkReference.Of("cropped.onnx").ImagesOf(null));
        Assert.Equal(new ImageOptions { Size = 24 }, NetworkReference.Of("cropped.onnx").ImagesOf(new() { Size = 24 }));
        Assert.Equal(new ImageOptions { Size = 16, Resize = 20 }, NetworkReference.Of("cropped.onnx").ImagesOf(new() { Size = 16 }));
    }

    [Fact]
    public async Task WeightsOfScaledImages_SayHowTheyWereScaled()
    {
        Playground.WriteImages("images36", classes: 3, train: 2, test: 4, size: 36);
        using (var session = GraftSession.Open(new() { Workspace = "scaled-weights" }))
        {
            var data = session.LoadData("images36", new() { Size = 16, Resize = 20 }, TestContext.Current.CancellationToken);
            using var network = Network.Create("wrn-10-1", data.Train.Shape, classes: 3, seed: 1);
            NetworkWeights.Save(network, "of20.safetensors", data);
        }

        var alone = await InProcess.RunAsync("evaluate of20.safetensors --data images36 --json");
        var said = await InProcess.RunAsync("evaluate of20.safetensors --data images36 --image-size 16 --resize 20 --json");
        var other = await InProcess.RunAsync("evaluate of20.safetensors --data images36 --image-size 16 --resize 18");
        Assert.Equal(0, (await InProcess.RunAsync("export of20.safetensors --out without.onnx")).Code);
        Assert.Equal(0, (await InProcess.RunAsync("export of20.safetensors --data images36 --image-size 16 --out with.onnx")).Code);

        using JsonDocument expected = JsonDocument.Parse(said.Output), actual = JsonDocument.Parse(alone.Output);
        Assert.Equal(expected.RootElement.GetProperty("loss").GetDouble(), actual.RootElement.GetProperty("loss").GetDouble());
        Assert.Contains(
            "of20.safetensors says that the shorter side is scaled to 20 pixels and the middle 16x16 taken, the options say 18 and 16x16: the options are taken.",
            other.Error.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
        Assert.All(["without.onnx", "with.onnx"], path =>
        {
            using var file = Graft.Onnx.OnnxClassifier.Load(path);
            Assert.Equal(("20", "16"), (file.Metadata["input_resize"], file.Metadata["input_crop"]));
        });
        Assert.Equal(new ImageOptions { Size = 16, Resize = 20 }, NetworkReference.Of("wrn-10-1").ImagesOf(null, "of20.safetensors"));
    }

    [Theory]
    [InlineData("evaluate fixed.onnx")]
    [InlineData("evaluate fixed.safetensors")]
    [InlineData("export fixed.safetensors --force")]
    [InlineData("export fixed.safetensors --network fixed.onnx --out back.onnx")]
    [InlineData("study --teacher fixed.safetensors --dry-run")]
    [InlineData("study --network fixed.onnx --dry-run")]
    [InlineData("accelerate --network fixed.onnx --budget 50% --dry-run")]
    [InlineData("train --network fixed.onnx --epochs 1 --out mixed.safetensors")]
    public async Task ImagesOfSeveralSizes_TheSizeThatTheFileTakesIsNamed(string line)
    {
        Playground.WriteImages("mixed", classes: 3, train: 2, test: 2, size: 24);
        Playground.WriteImages("mixed", classes: 2, train: 1, test: 1, size: 30);
        Save("fixed.safetensors");
        Assert.Equal(0, (await InProcess.RunAsync("export fixed.safetensors --data images --force")).Code);

        var result = await InProcess.RunAsync($"{line} --data mixed");

        Assert.Equal(2, result.Code);
        Assert.EndsWith("(--image-size 16).", result.Error.TrimEnd());
    }

    [Fact]
    public async Task Export_NameOfAnotherFormat_IsRefused()
    {
        Save("named.safetensors");

        var result = await InProcess.RunAsync("export named.safetensors --out named.pt");

        Assert.Equal(
            (2, "error: --out is 'named.pt', but what is written is an ONNX file: name it named.onnx."), (result.Code, result.Error.TrimEnd()));
        Assert.False(File.Exists("named.pt"));
    }

    [Fact]
    public void Decoded_Plan_GivesItsOptions()
    {
        Assert.Equal(" --image-size 96 --resize 96 --grayscale", ImageOption.Decoded(new() { Size = 96, Resize = 96, Channels = 1 }));
        Assert.Equal("", ImageOption.Decoded(null));
    }

    [Fact]
    public async Task Evaluate_DamagedOnnx_NamesTheFile()
    {
        await File.WriteAllTextAsync("damaged.onnx", "no model", TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync("evaluate damaged.onnx --data images");

        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: damaged.onnx is not an ONNX file: it is a text file.", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private static void Save(string path)
    {
        using var network = Network.Create("wrn-10-1", new ImageShape(3, 16, 16), classes: 3, seed: 1);
        NetworkWeights.Save(network, Half, path);
    }
}
