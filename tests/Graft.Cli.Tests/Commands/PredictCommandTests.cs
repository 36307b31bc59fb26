using System.Text.Json;
using System.Text.RegularExpressions;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class PredictCommandTests(Playground playground)
{
    private const string Measured = """

        heldOut: { fraction: 0.25 }
        predictors: { images: 12, batchSize: 6 }
        """;

    [Fact]
    public async Task Predict_NoWorkspace_SaysSo()
    {
        var result = await InProcess.RunAsync("predict --workspace nowhere");

        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: no workspace at ", result.Error);
        Assert.False(Directory.Exists("nowhere"));
    }

    [Fact]
    public async Task Predict_LengthThatTheStudyDoesNotHave_SaysWhichItHas()
    {
        await playground.FinishedStudyAsync();

        var result = await InProcess.RunAsync("predict --workspace finished --epochs 7");

        Assert.Equal(2, result.Code);
        Assert.Matches("^error: study [0-9a-f]{12} has no trials of 7 epochs, but of 1.\\s$", result.Error);
    }

    [Fact]
    public async Task Predict_NothingUntriedOrTooLittleTried_IsRefusedBeforeAnythingIsComputed()
    {
        await File.WriteAllTextAsync("few.yaml", Playground.Plan + Measured, TestContext.Current.CancellationToken);
        var study = await InProcess.RunAsync("study --plan few.yaml --workers 2 --workspace few --json");
        Assert.True(study.Code == 0, study.Error);

        await Refuses("--positions 1 --operations identity", "has tried all of these; name other positions or operations.");
        await Refuses("--positions 2 --operations identity", "has tried all of these that are possible (not identity at 2: identity cannot change the shape");
        await Refuses("--positions 3 --operations conv-stack(w=1)", "cannot predict: with a position left out, fewer than three cells remain to learn from.");

        static async Task Refuses(string options, string error)
        {
            var result = await InProcess.RunAsync($"predict --workspace few {options}");
            Assert.Equal(2, result.Code);
            Assert.Contains(error, result.Error);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
            Assert.Empty(result.Output);
        }
    }

    [Fact]
    public async Task Predict_StudyOfTwoPositions_RanksTheThirdWithoutTrainingNetworks()
    {
        string plan =
            Playground.Plan.Replace("[teacher, identity, \"conv-stack(w=1,k=3)\"]", "[identity, conv-stack(w=1), conv-stack(w=2), residual, bottleneck]")
            + Measured;
        await File.WriteAllTextAsync("measured.yaml", plan, TestContext.Current.CancellationToken);
        var study = await InProcess.RunAsync("study --plan measured.yaml --workers 2 --workspace measured --json");
        Assert.True(study.Code == 0, study.Error);
        using (var document = JsonDocument.Parse(study.Output))
        {
            Assert.Equal(9, document.RootElement.GetProperty("predictability")[0].GetProperty("substitutions").GetInt32());
            Assert.Equal(2, document.RootElement.GetProperty("similarity")[0].GetProperty("positions").GetArrayLength());
        }

        var dry = await InProcess.RunAsync("predict --workspace measured --positions 3 --operations conv-stack(w=2),residual --workers 2 --dry-run");
        Assert.Matches(@"^Study [0-9a-f]{12}: wrn-10-1 on images; 4 steps of distilling and measuring to run; no network is trained\s", dry.Output);
        Assert.Matches(@"\n +distillation +\d+ +\d+ +2 .*\n +predictors +\d+ +\d+ +2 ", dry.Output);
        Assert.EndsWith("Nothing was run.", dry.Output.TrimEnd());
        Assert.DoesNotContain("Left out", dry.Output, StringComparison.Ordinal);

        var result = await InProcess.RunAsync("predict --workspace measured --positions 3 --operations conv-stack(w=2),residual --workers 2 --json");

        Assert.True(result.Code == 0, result.Error);
        using var forecast = JsonDocument.Parse(result.Output);
        Assert.Equal(
            ["conv-stack(w=2,k=3)", "residual(w=2,k=3)"],
            forecast.RootElement.GetProperty("forecasts").EnumerateArray().Select(f => f.GetProperty("operation").GetString()).Order());
        Assert.All(forecast.RootElement.GetProperty("forecasts").EnumerateArray(), f => Assert.InRange(
            f.GetProperty("predicted").GetDouble(), f.GetProperty("lower").GetDouble(), f.GetProperty("upper").GetDouble()));
        Assert.Equal(2, forecast.RootElement.GetProperty("mostInformative").GetArrayLength());
        Assert.DoesNotContain("trial", result.Error);
        await NextIsACommandThatWorksAsync();
        await TeacherIsSaidToBeLeftOutAsync();
    }

    private static async Task NextIsACommandThatWorksAsync()
    {
        var result = await InProcess.RunAsync("predict --workspace measured --positions 3 --operations conv-stack(w=2),residual --workers 2");

        string said = result.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal);
        var next = Regex.Match(said, "Next: the command that began study ([0-9a-f]{12}), with (--positions 1,2,3) (--operations \"[^ ]+\")");
        Assert.True(next.Success, said);
        Assert.Contains($"graft show study {next.Groups[1].Value} --workspace measured --json.", said, StringComparison.Ordinal);
        string operations = next.Groups[3].Value.Replace("\"", "", StringComparison.Ordinal); // as a shell takes quotes off
        var longer = await InProcess.RunAsync($"study --plan measured.yaml --workspace measured --workers 2 {next.Groups[2].Value} {operations} --dry-run");
        Assert.Equal(0, longer.Code);
        Assert.Matches(@"\n +trial +\d+ +\d*[1-9]\d* +[1-9]", longer.Output); // some are done, and some are left
    }

    private static async Task TeacherIsSaidToBeLeftOutAsync()
    {
        var result = await InProcess.RunAsync("predict --workspace measured --operations conv-stack(w=2),teacher --workers 2 --dry-run");

        Assert.Contains(
            "Left out: 'teacher' is the network's own block at position 1, so that there is nothing to predict. Likewise at 2, 3.",
            result.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }
}
