using System.Globalization;
using System.Text.Json;
using Graft.Cli.Tests.Completion;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class AccelerateCommandTests
{
    private const string Plan =
        """
        network: wrn-10-1
        data: images
        operations: [identity, "conv-stack(w=1/4,k=1)"]
        spans: 1
        precision: fp32
        heldOut: { fraction: 0.1 }
        teacher: { epochs: 1, recipe: { batchSize: 16 } }
        distillation: { batchSize: 16, minSteps: 8 }
        latency: { minRounds: 6, maxRounds: 6, warmUpRuns: 1, roundSeconds: 0 }
        selection: { budget: "0.8", solutions: 3, images: 8, scoreImages: 8, randomArchitectures: 4 }
        fineTuning: { epochs: 1, randomArchitectures: 1, recipe: { batchSize: 16, learningRate: 0.02 } }
        """;

    public AccelerateCommandTests() => File.WriteAllText("acceleration.yaml", Plan);

    [Fact]
    public async Task Accelerate_NothingHeldOut_SaysHowMuchIsEnough()
    {
        string plan = await File.ReadAllTextAsync("acceleration.yaml", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            "nothing-held-out.yaml",
            plan.Replace("heldOut: { fraction: 0.1 }", "heldOut: { fraction: 0.01 }", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );

        var result = await InProcess.RunAsync("accelerate --plan nothing-held-out.yaml --workspace nothing-held-out");

        Assert.Equal(2, result.Code);
        Assert.Equal(
            "error: heldOut.fraction 0.01 holds out none of the 48 training images, and candidates are scored on such. Make it 0.07 or more (--set heldOut.fraction=0.07).",
            result.Error.TrimEnd().Split('\n')[^1]
        );
    }

    [Fact]
    public async Task Accelerate_ToItsEnd_HandsOverACheckedFileAndIsInTheRecord()
    {
        var result = await InProcess.RunAsync("accelerate --plan acceleration.yaml --workers 2 --workspace accelerated --out fast.onnx --json");

        Assert.True(result.Code == 0, result.Error);
        Schemas.Check("acceleration-1", result.Output);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(("done", "fast.onnx"), (document.RootElement.GetProperty("state").GetString(), document.RootElement.GetProperty("model").GetString()));
        Assert.Contains("of 24 test images right", (await InProcess.RunAsync("evaluate fast.onnx --data images")).Output, StringComparison.Ordinal);
        using var handedOver = Graft.Onnx.OnnxClassifier.Load("fast.onnx");
        Assert.Equal(document.RootElement.GetProperty("exported").GetString(), handedOver.Metadata["graft.row"]);
        string id = document.RootElement.GetProperty("acceleration").GetString()!;
        var shown = await InProcess.RunAsync($"show study {id} --workspace accelerated --json");
        Assert.Equal(
            StudyState.WithoutTimes(result.Output.Replace("fast.onnx", "model", StringComparison.Ordinal)),
            StudyState.WithoutTimes(WithModel(shown.Output))
        );

        var again = await InProcess.RunAsync("accelerate --plan acceleration.yaml --workers 2 --workspace accelerated --out fast.onnx --json");
        Assert.Equal(result.Output, again.Output);

        var budget = await InProcess.RunAsync("accelerate --plan acceleration.yaml --budget 0.9 --workers 2 --workspace accelerated --out fast.onnx");
        Assert.Equal(2, budget.Code);
        Assert.EndsWith("error: 'fast.onnx' is there already. Name another file with --out, or replace it with --force.", budget.Error.TrimEnd());

        // Any row of the table can be had as a file, whatever was best.
        string export = $"graft export --workspace accelerated --from {id} --row ";
        Assert.Equal(["accelerated"], IdentifierTests.Offered($"{export}acc"));
        Assert.Contains("without distillation", IdentifierTests.Offered(export));
        Assert.Empty(IdentifierTests.Offered(export.Replace(id, "none", StringComparison.Ordinal)));
        var other = await InProcess.RunAsync($"export --from {id} --row without-distillation --workspace accelerated --out other.onnx --data images");
        Assert.Equal((2, true), (other.Code, other.Error.Contains("Did you mean 'without distillation'?", StringComparison.Ordinal)));
        other = await InProcess.RunAsync([
            "export",
            "--from",
            id,
            "--row",
            "without distillation",
            "--workspace",
            "accelerated",
            "--out",
            "other.onnx",
            "--data",
            "images",
        ]);
        Assert.True(other.Code == 0, other.Error);
        using var evaluated = JsonDocument.Parse((await InProcess.RunAsync("evaluate other.onnx --data images --json")).Output);
        using var file = Graft.Onnx.OnnxClassifier.Load("other.onnx");
        Assert.Equal(id, file.Metadata["graft.acceleration"]);
        Assert.Equal("without distillation", file.Metadata["graft.row"]);
        Assert.Equal(evaluated.RootElement.GetProperty("accuracy").GetDouble(), double.Parse(file.Metadata["graft.accuracy"], CultureInfo.InvariantCulture), 4);

        // Without data, the file says what the table does.
        var untested = await InProcess.RunAsync(["export", "--from", id, "--row", "without distillation", "--workspace", "accelerated", "--out", "row.onnx"]);
        Assert.True(untested.Code == 0, untested.Error);
        var row = document.RootElement.GetProperty("networks").EnumerateArray().Single(n => n.GetProperty("name").GetString() == "without distillation");
        using var untestedFile = Graft.Onnx.OnnxClassifier.Load("row.onnx");
        Assert.Equal(row.GetProperty("accuracy").GetDouble(), double.Parse(untestedFile.Metadata["graft.accuracy"], CultureInfo.InvariantCulture), 4);
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"{row.GetProperty("latencyMs").GetProperty("median").GetDouble():0.0000} ms on "),
            untestedFile.Metadata["graft.latency"],
            StringComparison.Ordinal);
        Assert.Contains(" % in fp32 as the acceleration has it, which the file says (graft.accuracy)", untested.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "export --row accelerated --workspace none",
        "'graft export' needs WEIGHTS, a file, or --from ID, an acceleration or a study. See 'graft export --help'."
    )]
    [InlineData("export w.safetensors --row accelerated", "--row does nothing without --from, which names the acceleration or the study; leave it out.")]
    [InlineData(
        "accelerate --foreign-latencies --out f.onnx",
        "--foreign-latencies does nothing without --latency-table, which names the table of another machine."
    )]
    [InlineData("accelerate --latency-table . --out f.onnx", "--latency-table is '.', a directory; name a file.")]
    [InlineData(
        "accelerate --teacher-epochs 3 --teacher w.onnx --out f.onnx",
        "--teacher-epochs does nothing here: the teacher's weights come from w.onnx. Leave out one of the two."
    )]
    [InlineData(
        "accelerate --budget 2 --out f.onnx",
        "the budget '2' is above the teacher's own latency, which is 1; write '2ms' for milliseconds, or a part like 0.5."
    )]
    [InlineData("study --network resnet18", "Unknown network 'resnet18'. CIFAR ResNets have 6n+2 layers")]
    [InlineData("study --network WRN-10-1", "Names are written in small letters: 'wrn-10-1'.")]
    public async Task Option_ThatDoesNothingHereOrIsNoName_IsRefused(string command, string message)
    {
        var result = await InProcess.RunAsync(command);

        Assert.Equal((2, true), (result.Code, result.Error.Contains(message, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Accelerate_Runs_NamesThemInItsTablesAndSaysHowWellScoresOrder()
    {
        var result = await InProcess.RunAsync(
            "accelerate --plan acceleration.yaml --network wrn-16-1 --spans 2 --workers 2 --workspace accelerated-runs --out runs.onnx"
        );

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("at 6 positions and 5 runs of up to 2", result.Output, StringComparison.Ordinal);
        Assert.Contains("single positions", result.Output, StringComparison.Ordinal);
        Assert.Contains("greedy removal", result.Output, StringComparison.Ordinal);
        Assert.Contains("wrn-10-1 with distillation", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Order of architectures before fine-tuning, predicted ('score') against measured (KL divergence to the teacher's answers): ",
            result.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accelerate_KilledAndRunAgain_GoesOnToAResultAndKeepsWhatWasDone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ends a tree of processes as Linux does");
        await using (var killed = new CliProcess("accelerate --plan acceleration.yaml --workers 2 --workspace killed-acceleration --out killed.onnx"))
        {
            await killed.WaitForLineAsync("[7/");
            killed.KillTree();
        }

        Assert.False(File.Exists("killed.onnx"));
        var interrupted = await InProcess.RunAsync("show --workspace killed-acceleration --json");
        var before = StudyState.Results("killed-acceleration");
        var resumed = await InProcess.RunAsync("accelerate --plan acceleration.yaml --workers 2 --workspace killed-acceleration --out killed.onnx --json");

        Assert.Contains("\"kind\": \"acceleration\"", interrupted.Output, StringComparison.Ordinal);
        Assert.True(before.Count >= 7);
        Assert.True(resumed.Code == 0, resumed.Error);
        var after = StudyState.Results("killed-acceleration");
        Assert.All(before, step => Assert.Equal(step.Value, after[step.Key]));
        Assert.True(File.Exists("killed.onnx"));
    }

    // The file in the workspace is named otherwise than the one that was handed over.
    private static string WithModel(string json)
    {
        var root = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        root["model"] = "model";
        return root.ToJsonString();
    }
}
