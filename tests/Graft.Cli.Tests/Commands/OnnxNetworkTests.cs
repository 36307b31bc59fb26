using System.Text.Json;
using Graft.Cli.Tests.Support;
using Graft.Data;
using Graft.Networks;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests.Commands;

/// <summary>ONNX files as networks of the commands: one that Graft exported, and one of another's (LICENSE-resnet20.txt beside it).</summary>
[Collection("studies")]
public sealed class OnnxNetworkTests
{
    private const string InPlaceOfWeights = "error: fit.onnx is an ONNX file, which brings its own weights: give it as the network (--network fit.onnx).";

    private static readonly string Foreign = FileOf("resnet20-cifar10-folded");

    [Fact]
    public async Task Catalog_ListsPositionsWithNodesAndShares()
    {
        File.Copy(Foreign, "foreign.onnx", overwrite: true);

        var result = await InProcess.RunAsync("catalog network foreign.onnx --operations identity");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Expected.Matches("catalog-onnx", result.Output);
    }

    [Fact]
    public async Task Catalog_NoPosition_SaysWhy()
    {
        var result = await InProcess.RunAsync("catalog", "network", FileOf("winml-cifar10"));

        Assert.Equal(0, result.Code);
        string[] layers = [.. result.Output.Split('\n').Where(line => line.StartsWith("fixed: ", StringComparison.Ordinal))];
        Assert.Equal(["'Conv_2'", "'Conv_7'", "'Conv_5'"], layers.Select(line => line.Split(' ')[1]));
        Assert.EndsWith(
            "46.0 % of the multiply-accumulates: it turns 12x30x30 into 12x28x28, and no stride does that with padding by half of the kernel", layers[0].TrimEnd());
    }

    [Fact]
    public async Task Catalog_PixelsAsTheyAreStored_SaysSo()
    {
        var result = await InProcess.RunAsync("catalog", "network", FileOf("winml-mnist"));

        Assert.Contains("gives logits, pixels as they are stored, 0–255", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Study_OfAForeignFile_RunsToItsEndAndIsShownWithoutTheFile()
    {
        Playground.WriteImages("ten", classes: 10, train: 4, test: 2, size: 32);
        File.Copy(Foreign, "theirs.onnx", overwrite: true);
        await File.WriteAllTextAsync("onnx.yaml", """
            network: theirs.onnx
            data: ten
            images: { normalization: imagenet }
            positions: [2, stage_3.1]
            operations: [identity, "conv-stack(w=1,k=3)"]
            epochs: 1
            seeds: 1
            precision: bf16
            distillation: { batchSize: 16 }
            trial: { batchSize: 16, learningRate: 0.01 }
            """, Token);

        var result = await InProcess.RunAsync("study --plan onnx.yaml --workers 2 --workspace onnx-study --json");
        File.Delete("theirs.onnx");

        Assert.True(result.Code == 0, result.Error);
        using var study = JsonDocument.Parse(result.Output);
        var shown = await InProcess.RunAsync($"show study {study.RootElement.GetProperty("study").GetString()} --workspace onnx-study --json");
        Assert.StartsWith("onnx-", study.RootElement.GetProperty("network").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            [(2, "identity"), (2, "conv-stack(w=1,k=3)"), (8, "identity"), (8, "conv-stack(w=1,k=3)")],
            study.RootElement.GetProperty("cells").EnumerateArray().Select(c => (c.GetProperty("position").GetInt32(), c.GetProperty("operation").GetString()!))
        );
        Assert.Equal(result.Output, shown.Output);
        using var jobs = JsonDocument.Parse((await InProcess.RunAsync("show studies --workspace onnx-study --json")).Output);
        Assert.Equal("theirs.onnx", Assert.Single(jobs.RootElement.EnumerateArray()).GetProperty("networkFile").GetString());

        await IsWholeInAPackage(study.RootElement.GetProperty("study").GetString()!, result.Output);
    }

    // In another workspace, without the file, the study is shown and goes on; pruning keeps what that needs.
    private static async Task IsWholeInAPackage(string id, string expected)
    {
        await InProcess.RunAsync("workspace --prune --workspace onnx-study");
        var packed = await InProcess.RunAsync($"pack {id} --out onnx-study.zip --force --workspace onnx-study");
        await InProcess.RunAsync("unpack onnx-study.zip --workspace onnx-unpacked");
        await InProcess.RunAsync("workspace --prune --workspace onnx-unpacked");

        Assert.Contains("7 results, 2 files", packed.Output.Replace('\n', ' '), StringComparison.Ordinal);
        Assert.Equal(expected, (await InProcess.RunAsync($"show study {id} --workspace onnx-unpacked --json")).Output);
        using var document = JsonDocument.Parse(expected);
        await File.WriteAllTextAsync(
            "onnx-on.yaml",
            (await File.ReadAllTextAsync("onnx.yaml", Token))
                .Replace("theirs.onnx", document.RootElement.GetProperty("network").GetString(), StringComparison.Ordinal)
                .Replace("seeds: 1", "seeds: 2", StringComparison.Ordinal),
            Token
        );
        var onward = await InProcess.RunAsync("study --plan onnx-on.yaml --workers 2 --workspace onnx-unpacked --json");
        Assert.True(onward.Code == 0, onward.Error);
    }

    [Fact]
    public async Task Accelerate_WritesBackIntoTheFile()
    {
        SaveOwn("own.onnx");
        await File.WriteAllTextAsync("onnx-acceleration.yaml", """
            network: own.onnx
            data: images
            operations: [identity, "conv-stack(w=1/4,k=1)"]
            precision: fp32
            heldOut: { fraction: 0.1 }
            distillation: { batchSize: 16 }
            latency: { minRounds: 6, maxRounds: 6, warmUpRuns: 1, roundSeconds: 0 }
            selection: { budget: "0.8", solutions: 3, images: 8, scoreImages: 8, randomArchitectures: 0 }
            fineTuning: { epochs: 1, randomArchitectures: 0, ablation: false, baselines: false, recipe: { batchSize: 16, learningRate: 0.02 } }
            """, Token);

        var result = await InProcess.RunAsync("accelerate --plan onnx-acceleration.yaml --workers 2 --workspace onnx-accelerated --out own-fast.onnx --json");

        Assert.True(result.Code == 0, result.Error);
        var (before, after) = (Graft.Onnx.Import.OnnxImport.Read("own.onnx"), Graft.Onnx.Import.OnnxImport.Read("own-fast.onnx"));
        Assert.NotEmpty(before.Metadata);
        Assert.Equal("{}", before.Metadata["operations"]); // true of the file that Graft wrote, not of the one with other operations
        Assert.False(after.Metadata.ContainsKey("operations"));
        Assert.All(before.Metadata.Where(entry => entry.Key != "operations"), entry => Assert.Equal(entry.Value, after.Metadata[entry.Key]));
        Assert.Equal((before.OperatorSet, true), (after.OperatorSet, after.Metadata.ContainsKey("graft.acceleration")));
        Assert.Contains("of 24 test images right", (await InProcess.RunAsync("evaluate own-fast.onnx --data images")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FromTheFile_ThenEvaluateAndExport()
    {
        SaveOwn("train.onnx");

        var trained = await InProcess.RunAsync(
            "train --network train.onnx --from train.onnx --data images --epochs 1 --precision fp32 --workspace onnx-trained --out trained-on.safetensors"
        );
        var evaluated = await InProcess.RunAsync("evaluate trained-on.safetensors --network train.onnx --data images --json");
        var exported = await InProcess.RunAsync("export trained-on.safetensors --network train.onnx --data images --out trained-on.onnx");
        var again = await InProcess.RunAsync("evaluate trained-on.onnx --data images --json");

        Assert.True(trained.Code == 0 && exported.Code == 0, trained.Error + exported.Error);
        Assert.Contains("as train.onnx, with what changed", exported.Output, StringComparison.Ordinal);
        Assert.Equal(Correct(evaluated.Output), Correct(again.Output));
    }

    // From a file of three classes to data of two: everything after the training takes the file with the new classifier.
    [Fact]
    public async Task Train_ForOtherClasses_GivesTheFileANewClassifier()
    {
        SaveOwn("adapt.onnx");
        Playground.WriteImages("two", classes: 2, train: 20, test: 6, size: 16);

        var trained = await InProcess.RunAsync(
            "train --network adapt.onnx --from adapt.onnx --data two --epochs 2 --precision fp32 --workspace onnx-adapted --out adapted.safetensors"
        );
        var evaluated = await InProcess.RunAsync("evaluate adapted.safetensors --network adapt.onnx --data two --json");
        var exported = await InProcess.RunAsync("export adapted.safetensors --network adapt.onnx --data two --out adapted.onnx");
        var again = await InProcess.RunAsync("evaluate adapted.onnx --data two --json");
        await File.WriteAllTextAsync("adapted.yaml", """
            network: adapt.onnx
            data: two
            teacher: { weights: adapted.safetensors }
            positions: [2]
            operations: ["conv-stack(w=1/4,k=1)"]
            epochs: 1
            seeds: 1
            distillation: { batchSize: 16 }
            trial: { batchSize: 16, learningRate: 0.01 }
            """, Token);
        var study = await InProcess.RunAsync("study --plan adapted.yaml --workspace onnx-adapted --json");

        Assert.True(trained.Code == 0 && exported.Code == 0 && study.Code == 0, trained.Error + exported.Error + study.Error);
        Assert.Contains(
            "note: adapt.onnx tells other classes apart: its classifier is made anew for the 2 of two.",
            trained.Error.Replace('\n', ' '),
            StringComparison.Ordinal
        );
        Assert.Equal(Correct(evaluated.Output), Correct(again.Output));
        var import = Graft.Onnx.Import.OnnxImport.Read("adapted.onnx");
        Assert.Equal(2, import.Definition.Classes);
        Assert.Equal(["class0", "class1"], import.ClassNames);
    }

    [Theory]
    [InlineData("study --network nowhere.onnx --data images", "error: nowhere.onnx: there is no such file.")]
    [InlineData(
        "study --network fit.onnx --data images16of2",
        "error: fit.onnx tells 3 classes apart, the data has 2. Give the data that it was trained on, or train it on these, from its own weights on (graft train --network fit.onnx --from"
    )]
    [InlineData("study --network fit.onnx --data images --positions block9", "error: 'block9' is not a position")]
    [InlineData("study --network fit.onnx --data images --granularity atom", "error: --granularity is 'atom'; it must be block or layer.")]
    [InlineData(
        "accelerate --network fit.onnx --data images --out fit.onnx",
        "error: --out is 'fit.onnx', the same file as 'fit.onnx', which is read. Name another file."
    )]
    [InlineData("study --network resnet-20 --teacher fit.onnx --data images", InPlaceOfWeights)]
    [InlineData("study --teacher fit.onnx --data images", InPlaceOfWeights)]
    [InlineData("accelerate --network resnet-20 --teacher fit.onnx --data images --out fast.onnx", InPlaceOfWeights)]
    [InlineData(
        "train --network resnet-20 --from fit.onnx --data images --out trained.safetensors",
        "error: fit.onnx holds the weights of its own network, not of resnet-20. Name it as the network, too (--network fit.onnx)."
    )]
    [InlineData("study --network onnx-0123456789ab --data images", "error: There is no imported network 'onnx-0123456789ab'")]
    public async Task WrongInput_IsToldInOneLineAndWritesNothing(string line, string error)
    {
        SaveOwn("fit.onnx");
        Playground.WriteImages("images16of2", classes: 2, train: 2, test: 1, size: 16);

        var result = await InProcess.RunAsync($"{line} --workspace onnx-faults");

        Assert.Equal(2, result.Code);
        string said = Assert.Single(result.Error.TrimEnd().Split('\n'), text => !text.StartsWith("reading", StringComparison.Ordinal));
        Assert.StartsWith(error, said, StringComparison.Ordinal);
        Assert.False(Directory.Exists("onnx-faults"));
    }

    [Fact]
    public async Task Study_WeightsThatDoNotFitTheFile_NamesTheFileAndThatItNeedsNone()
    {
        SaveOwn("whole.onnx");
        using (var other = Network.Create("resnet-8", new ImageShape(3, 16, 16), classes: 3, seed: 1))
        {
            NetworkWeights.Save(other, new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]), "other-resnet.safetensors");
        }

        var result = await InProcess.RunAsync("study --network whole.onnx --teacher other-resnet.safetensors --data images --workspace onnx-whole");

        string said = result.Error.TrimEnd().Split('\n')[^1];
        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: other-resnet.safetensors does not fit whole.onnx: it lacks ", said, StringComparison.Ordinal);
        Assert.EndsWith(
            " Its tensors look like those of resnet-8. whole.onnx is an ONNX file: it brings its own weights and needs no others (--teacher).",
            said,
            StringComparison.Ordinal);
    }

    private static int Correct(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("correct").GetInt32();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void SaveOwn(string path)
    {
        using var network = Network.Create("wrn-10-1", new ImageShape(3, 16, 16), classes: 3, seed: 1);
        network.eval();
        Graft.Onnx.OnnxExport.Save(network, new() { Normalization = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]) }, path);
    }

    internal static string FileOf(string name) => SourceTree.PathOf("tests", "Graft.Tests", "Onnx", "Import", "Files", $"{name}.onnx");
}
