using System.Text.Json;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

/// <summary>The network of a trial, which a study does not keep: it is trained on once more, to the same bits, and exported.</summary>
[Collection("studies")]
public sealed class ExportOfStudyTests
{
    [Fact]
    public async Task Export_CellOfAStudy_IsTrainedOnceMoreAndAnswersAsTheTrialDid()
    {
        var study = await InProcess.RunAsync("study --plan plan.yaml --workers 1 --workspace kept --json");
        using var result = JsonDocument.Parse(study.Output);
        string id = result.RootElement.GetProperty("study").GetString()!;
        var cell = result.RootElement.GetProperty("cells").EnumerateArray()
            .Single(c => c.GetProperty("position").GetRawText() == "2" && c.GetProperty("operation").GetString() == "conv-stack(w=1,k=3)");

        var first = await ExportAsync("kept.onnx");
        var again = await ExportAsync("again.onnx");
        Array.ForEach(Directory.GetFiles("kept/artifacts/weights"), File.Delete);
        var anew = await ExportAsync("anew.onnx");
        var evaluated = await InProcess.RunAsync("evaluate kept.onnx --data images --json");

        Assert.True(first.Code == 0, first.Error);
        Assert.Contains("trials keep no network: '2 conv-stack'", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("trials keep no network", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("in the study", first.Error, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync("kept.onnx", Cancellation), await File.ReadAllBytesAsync("again.onnx", Cancellation));
        Assert.True(anew.Code == 0, anew.Error);
        Assert.Equal(await File.ReadAllBytesAsync("kept.onnx", Cancellation), await File.ReadAllBytesAsync("anew.onnx", Cancellation));
        using var tested = JsonDocument.Parse(evaluated.Output);
        Assert.Equal(cell.GetProperty("mean").GetDouble(), tested.RootElement.GetProperty("accuracy").GetDouble(), 6);

        Task<CliResult> ExportAsync(string file) =>
            InProcess.RunAsync(["export", "--from", id, "--row", "2 conv-stack", "--data", "images", "--out", file, "--workspace", "kept"]);
    }

    [Fact]
    public async Task Export_SeedOfACell_IsThatTrialsNetwork()
    {
        var study = await InProcess.RunAsync("study --plan plan.yaml --workers 1 --seeds 2 --workspace seeds --json");
        using var result = JsonDocument.Parse(study.Output);
        var cell = result.RootElement.GetProperty("cells").EnumerateArray()
            .Single(c => c.GetProperty("position").GetRawText() == "2" && c.GetProperty("operation").GetString() == "conv-stack(w=1,k=3)");
        var trial = cell.GetProperty("trials").EnumerateArray().Single(t => t.GetProperty("seed").GetInt32() == 2);

        string id = result.RootElement.GetProperty("study").GetString()!;
        var exported = await InProcess.RunAsync(
            ["export", "--from", id, "--row", "2 conv-stack", "--seed", "2", "--data", "images", "--out", "second.onnx", "--workspace", "seeds", "--json"]);

        Assert.True(exported.Code == 0, exported.Error);
        using var file = JsonDocument.Parse(exported.Output);
        Assert.Equal(trial.GetProperty("accuracy").GetDouble(), file.RootElement.GetProperty("accuracy").GetDouble(), 6);
        using var second = Graft.Onnx.OnnxClassifier.Load("second.onnx");
        Assert.Equal("2", second.Metadata["graft.seed"]);
    }

    [Theory]
    [InlineData("weights.pt|--seed|2", "--seed does nothing without --from, which names the acceleration or the study; leave it out.")]
    [InlineData("weights.pt|--row|accelerated", "--row does nothing without --from, which names the acceleration or the study; leave it out.")]
    [InlineData("--from|2f23c3|--row|1 identity|--seed|9", "has no trial of 'identity' at 1 with seed 9.")]
    [InlineData("--from|2f23c3|--row|1 identity|--epochs|9", "has no trial of 'identity' at 1 with seed 1 and a length of 9.")]
    public async Task Export_OptionThatFitsNothing_IsRefused(string arguments, string error)
    {
        await File.WriteAllTextAsync("weights.pt", "", Cancellation);
        string workspace = OldWorkspaceTests.Copy($"fits-nothing-{arguments.Length}");

        var result = await InProcess.RunAsync(["export", .. arguments.Split('|'), "--workspace", workspace]);

        Assert.Equal(2, result.Code);
        Assert.EndsWith(error, result.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_FileThatIsThere_IsRefusedBeforeAnythingIsTrained()
    {
        string workspace = OldWorkspaceTests.Copy("refused-early");
        await File.WriteAllTextAsync("precious.onnx", "precious", Cancellation);
        int steps = StudyState.Attempts(workspace).Count;

        var result = await InProcess.RunAsync(
            ["export", "--from", "2f23c3", "--row", "1 identity", "--out", "precious.onnx", "--workspace", workspace]);

        Assert.Equal((2, true), (result.Code, result.Error.Contains("'precious.onnx' is there already", StringComparison.Ordinal)));
        Assert.Equal(steps, StudyState.Attempts(workspace).Count);
    }

    [Theory]
    [InlineData(null, "is a study: --row names a position and an operation of its table, like --row '3 residual(w=2,k=3)'.")]
    [InlineData("identity", "is a study: --row names a position and an operation of its table, like --row '3 residual(w=2,k=3)'.")]
    [InlineData(
        "3 identity",
        "has no 'identity' at 3. It has '1 teacher', '1 identity', '1 conv-stack(w=1,k=3)', '2 teacher', '2 conv-stack(w=1,k=3)'."
    )]
    public async Task Export_NoCellOfTheStudy_SaysWhichThereAre(string? row, string error)
    {
        string workspace = OldWorkspaceTests.Copy($"no-cell-{row?.Length}");
        var listed = await InProcess.RunAsync($"show studies --json --workspace {workspace}");
        using var jobs = JsonDocument.Parse(listed.Output);
        string study = jobs.RootElement.EnumerateArray().Single(j => j.GetProperty("kind").GetString() == "study").GetProperty("study").GetString()!;

        var result = await InProcess.RunAsync(["export", "--from", study, "--workspace", workspace, .. row is null ? [] : new[] { "--row", row }]);

        Assert.Equal(2, result.Code);
        Assert.EndsWith(error, result.Error.TrimEnd(), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
