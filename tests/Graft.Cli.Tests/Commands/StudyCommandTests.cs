using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class StudyCommandTests(Playground playground)
{
    [Theory]
    [InlineData("study --dry-run --workspace none", "preset quick, for all that no option says", "1, 3, 6 of 6", "trained for 8 epochs")]
    [InlineData("study --network wrn-10-1 --dry-run --workspace none", "preset quick, for all that no option says", "1, 2, 3 of 3", "trained for 8 epochs")]
    [InlineData(
        "study --network wrn-10-1 --data images --dry-run --workspace none",
        "preset standard, for all that no option says",
        "1, 2, 3 of 3",
        "trained for 30 epochs"
    )]
    [InlineData(
        "study --network wrn-10-1 --data images --teacher-epochs 2 --dry-run --workspace none",
        "preset standard",
        "1, 2, 3 of 3",
        "trained for 2 epochs"
    )]
    [InlineData("study --plan plan.yaml --dry-run --workspace none", "plan.yaml", "1, 2 of 3", "trained for 1 epoch")]
    public async Task Study_ValuesThatNothingSays_AreTheDataSetsAndSaidInTheFirstLines(string command, string origin, string positions, string teacher)
    {
        var result = await InProcess.RunAsync(command);

        Assert.True(result.Code == 0, result.Error);
        string[] lines = result.Output.Split('\n');
        Assert.StartsWith($"  values      {origin}", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"  teacher     {teacher}", lines[2], StringComparison.Ordinal);
        Assert.Equal($"  positions   {positions}", lines[3].TrimEnd());
    }

    [Fact]
    public async Task Study_ValuesThatSetGives_AreSaidInTheFirstLines()
    {
        var result = await InProcess.RunAsync(
            "study --plan plan.yaml --set distillation.minSteps=3 --set seeds=2 --set distillation.epochs=2 --dry-run --workspace none");

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains(
            "  values      plan.yaml; --set for distillation.minSteps, distillation.epochs and seeds\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Study_OperationsWithoutTeacher_GetItAndItIsSaid()
    {
        var result = await InProcess.RunAsync("study --plan plan.yaml --operations identity --dry-run --workspace none");

        Assert.Contains("note: 'teacher' is added to --operations", result.Error, StringComparison.Ordinal);
        Assert.Contains("operations  teacher, identity", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Study_Json_KeepsItsContract()
    {
        using var document = JsonDocument.Parse(await playground.FinishedStudyAsync());
        var study = document.RootElement;

        Assert.Equal(
            ["study", "network", "data"],
            study.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String && p.Name != "state").Select(p => p.Name)
        );
        AssertForm(study.GetProperty("teacher"), ("accuracy", "number"), ("parameters", "number"), ("multiplyAccumulates", "number"), ("weights", "string"));
        Assert.Equal(5, study.GetProperty("cells").GetArrayLength()); // 2 positions x 3 operations, one blank
        Assert.All(study.GetProperty("cells").EnumerateArray(), cell => AssertForm(
            cell,
            ("position", "number"),
            ("operation", "string"),
            ("epochs", "number"),
            ("accuracies", "array"),
            ("mean", "number"),
            ("std", "null"),
            ("parameters", "number"),
            ("multiplyAccumulates", "number"),
            ("distillationLoss", cell.GetProperty("operation").GetString()!.StartsWith("conv", StringComparison.Ordinal) ? "number" : "null"),
            ("accuracyBeforeTraining", "number"),
            ("state", "string")));
        var blank = Assert.Single(study.GetProperty("unavailable").EnumerateArray());
        AssertForm(blank, ("position", "number"), ("operation", "string"), ("reason", "string"));
        Assert.True(File.Exists(Path.Combine("finished", study.GetProperty("teacher").GetProperty("weights").GetString()!)));
    }

    [Fact]
    public async Task Study_UntilDecided_AddsSeedsAndSaysWhatIsDecided()
    {
        const string Command = "study --plan plan.yaml --positions 1,2,1-2 --seeds 2 --until-decided --max-seeds 3 --workers 2 --workspace until";

        var result = await InProcess.RunAsync(Command);

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("seeds 1 to 2; up to 3 where verdicts are open", result.Output, StringComparison.Ordinal);
        Assert.Contains("Looked at with 2, 3 seeds", result.Output, StringComparison.Ordinal); // 24 test images decide nothing
        var again = await InProcess.RunAsync($"{Command} --json");
        using var document = JsonDocument.Parse(again.Output);
        Assert.Equal([2, 3], document.RootElement.GetProperty("sequential").GetProperty("looks").EnumerateArray().Select(l => l.GetInt32()));
        foreach (string command in new[] { "show study", "report --out until.html" })
        {
            var judgedOtherwise = await InProcess.RunAsync($"{command} --workspace until --margin 3");
            Assert.Equal(2, judgedOtherwise.Code);
            Assert.Contains("its seeds were added until verdicts at ±0.5 points were there", judgedOtherwise.Error, StringComparison.Ordinal);
        }

        Assert.Contains("1-2", document.RootElement.GetProperty("cells").EnumerateArray().Select(c => c.GetProperty("position").ToString()));
        var begun = StudyState.Attempts("until");
        Assert.NotEmpty(begun);
        Assert.All(begun, attempts => Assert.Equal(1, attempts));
    }

    [Theory]
    [InlineData(
        "--max-seeds 5",
        "--max-seeds is for studies that add seeds where verdicts are open: give --until-decided as well, or --seeds for as many seeds on every cell."
    )]
    [InlineData("--until-decided", "seeds is 1; with untilDecided it is the number of seeds at the first look, at least 2.")]
    [InlineData(
        "--positions 3-2",
        "'3-2' is not a position: positions of wrn-10-1 are 1 to 3 or their paths like block1.layer.0, runs of them like 1-2, or 'all'. Did you mean '2-3'?"
    )]
    [InlineData("--positions 3-5", "wrn-10-1 has no position 3-5: its positions are 1 to 3.")]
    public async Task Study_Fault_SaysWhatToDo(string options, string fault)
    {
        var result = await InProcess.RunAsync($"study --plan plan.yaml {options} --workspace none");

        Assert.Equal((2, $"error: {fault}\n"), (result.Code, result.Error));
    }

    [Fact]
    public async Task Study_RunAgain_TrainsNothingAndSaysTheSame()
    {
        string first = await playground.FinishedStudyAsync();

        var again = await InProcess.RunAsync("study --plan plan.yaml --workers 2 --workspace finished --json");

        Assert.Equal((0, ""), (again.Code, again.Error));
        Assert.Equal(first, again.Output);
        var begun = StudyState.Attempts("finished");
        Assert.NotEmpty(begun);
        Assert.All(begun, attempts => Assert.Equal(1, attempts));
    }

    [Fact]
    public async Task Study_RunAgainForPeople_ShowsHeaderTablesAndWhatIsNext()
    {
        await playground.FinishedStudyAsync();

        var again = await InProcess.RunAsync("study --plan plan.yaml --workers 2 --workspace finished");

        Assert.Equal((0, ""), (again.Code, again.Error));
        Expected.MatchesButForNumbers("study", again.Output);
    }

    [Fact]
    public async Task Study_DryRun_CountsStepsAndMakesNoWorkspace()
    {
        var result = await InProcess.RunAsync("study --plan plan.yaml --workers 2 --workspace dry --dry-run");

        Assert.Equal(0, result.Code);
        Expected.MatchesButForNumbers("study-dry-run", result.Output);
        Assert.False(Directory.Exists("dry"));
    }

    [Fact]
    public async Task Study_DryRunOfAFinishedStudy_NothingIsLeft()
    {
        await playground.FinishedStudyAsync();

        var result = await InProcess.RunAsync("study --plan plan.yaml --workspace finished --dry-run --json");

        using var document = JsonDocument.Parse(result.Output);
        var kinds = document.RootElement.GetProperty("kinds").EnumerateArray().ToList();
        Assert.NotEmpty(kinds);
        Assert.All(kinds, kind => Assert.Equal(kind.GetProperty("steps").GetInt32(), kind.GetProperty("done").GetInt32()));
    }

    [Fact]
    public async Task Study_TeacherDiverges_ItsTrialsNameTheCause()
    {
        await File.WriteAllTextAsync(
            "diverging.yaml",
            Playground.Plan.Replace("epochs: 1\n  recipe: { batchSize: 16 }", "epochs: 5\n  recipe: { batchSize: 4, learningRate: 100, weightDecay: 0.9 }"),
            Token
        );

        var result = await InProcess.RunAsync("study --plan diverging.yaml --workers 1 --workspace diverging --json");

        Assert.Equal(1, result.Code);
        using var document = JsonDocument.Parse(result.Output);
        var teacher = document.RootElement.GetProperty("teacher");
        Assert.Equal("failed", teacher.GetProperty("state").GetString());
        Assert.Matches(
            "^training diverged: the loss is .* in epoch [0-9], step [0-9]+; lower the learning rate \\(100\\)\\.$",
            teacher.GetProperty("error").GetString()
        );
        var trials = document.RootElement.GetProperty("cells").EnumerateArray().SelectMany(c => c.GetProperty("trials").EnumerateArray()).ToList();
        Assert.NotEmpty(trials);
        Assert.All(
            trials,
            trial =>
                Assert.Equal(
                    $"needs 'teacher wrn-10-1, 5 epochs', which failed: {teacher.GetProperty("error").GetString()}",
                    trial.GetProperty("error").GetString()
                )
        );
    }

    [Fact]
    public async Task Study_OneCandidateIsDamaged_IsDistilledAgainAndSaid()
    {
        const string Line = "study --plan plan.yaml --positions 1 --workers 1 --workspace one-failure --json";
        Assert.Equal(0, (await InProcess.RunAsync(Line)).Code);
        string candidate = Assert.Single(Directory.GetFiles("one-failure/artifacts/candidates"));
        await File.WriteAllTextAsync(candidate, "no weights at all", Token);

        var result = await InProcess.RunAsync($"{Line} --epochs 2");

        Assert.Equal(0, result.Code);
        using var document = JsonDocument.Parse(result.Output);
        Assert.True(new FileInfo(candidate).Length > 1000);
        Assert.Contains(
            $"distil conv-stack(w=1,k=3) at 1, seed 1: to be made again, as {Path.GetFullPath(candidate)} is not what was recorded (its SHA-256 differs)", result.Error);
        int[] ended =
        [
            .. Regex.Matches(result.Error, @"^\[(\d+)/\d+\] .* \([0-9.]+ s\)", RegexOptions.Multiline)
                .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)),
        ];
        Assert.Equal(Enumerable.Range(ended[0], ended.Length), ended);
        Assert.Equal(
            [("teacher", "done"), ("identity", "done"), ("conv-stack(w=1,k=3)", "done")],
            document.RootElement.GetProperty("cells").EnumerateArray().Select(c => (c.GetProperty("operation").GetString(), c.GetProperty("state").GetString()))
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static void AssertForm(JsonElement value, params (string Name, string Kind)[] form) =>
        Assert.Equal(form, form.Select(f => (f.Name, value.GetProperty(f.Name).ValueKind.ToString().ToLowerInvariant())));
}
