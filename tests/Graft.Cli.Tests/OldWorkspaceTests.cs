using System.Text.Json;
using Graft.Cli.Tests.Support;
using Graft.Engine.Local;
using Graft.Steps;

namespace Graft.Cli.Tests;

/// <summary>A workspace that version 0.1 made (of the images and about the plan of <see cref="Playground"/>) is opened, shown and continued.</summary>
[Collection("studies")]
public sealed class OldWorkspaceTests
{
    internal static string Fixture(string file) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "workspace-0.1", file);

    [Fact]
    public async Task Show_StudyOfVersion01_GivesItsNumbers()
    {
        string workspace = Copy("old-shown");
        using var before = JsonDocument.Parse(await File.ReadAllTextAsync(Fixture("study.json"), TestContext.Current.CancellationToken));
        string id = before.RootElement.GetProperty("study").GetString()!;

        var shown = await InProcess.RunAsync($"show study {id} --workspace {workspace} --json");

        Assert.True(shown.Code == 0, shown.Error);
        using var now = JsonDocument.Parse(shown.Output);
        Assert.Equal(Accuracies(before), Accuracies(now));
        Assert.NotEmpty(Accuracies(now));
    }

    [Fact]
    public async Task Show_AccelerationOfVersion01_GivesItsNumbers()
    {
        string workspace = Copy("old-acceleration");
        using var before = JsonDocument.Parse(await File.ReadAllTextAsync(Fixture("acceleration.json"), TestContext.Current.CancellationToken));
        string id = before.RootElement.GetProperty("acceleration").GetString()!;

        var shown = await InProcess.RunAsync($"show study {id} --workspace {workspace} --json");

        Assert.True(shown.Code == 0, shown.Error);
        using var now = JsonDocument.Parse(shown.Output);
        Assert.Equal(Networks(before), Networks(now));
    }

    [Fact]
    public async Task Study_PlanOfVersion01_RunsOnlyWhatIsOfAnotherRevisionAndMoreSeedsOnlyWhatIsNew()
    {
        string workspace = Copy("old-continued");
        var before = StudyState.Results(workspace);

        var same = await InProcess.RunAsync($"study --plan {Fixture("plan.yaml")} --workers 2 --workspace {workspace} --json");
        Assert.True(same.Code == 0, same.Error);
        var again = StudyState.Results(workspace);
        Assert.All(before, step => Assert.Equal(step.Value, again[step.Key]));
        var ran = KindsOf(workspace, again.Keys.Except(before.Keys));
        Assert.Equal(["predictors", "similarity"], ran.Distinct().Order()); // of another revision since
        using var old = JsonDocument.Parse(await File.ReadAllTextAsync(Fixture("study.json"), TestContext.Current.CancellationToken));
        using var now = JsonDocument.Parse(same.Output);
        Assert.Equal(old.RootElement.GetProperty("study").GetString(), now.RootElement.GetProperty("study").GetString());

        var more = await InProcess.RunAsync($"study --plan {Fixture("plan.yaml")} --seeds 2 --workers 2 --workspace {workspace} --json");
        Assert.True(more.Code == 0, more.Error);
        var after = StudyState.Results(workspace);
        Assert.All(before, step => Assert.Equal(step.Value, after[step.Key]));
        Assert.True(after.Count > before.Count);
    }

    [Fact]
    public void Key_EveryStepOfVersion01_IsWhatItWas()
    {
        using var workspace = Workspace.OpenExisting(Copy("old-keys"), TimeProvider.System);
        var (stored, kinds) = (workspace.Steps.List(), BuiltInKinds.Create());

        Assert.Equal(
            ["architecture", "distillation", "fine-tuning", "predictors", "score", "similarity", "teacher", "trial"],
            stored.Select(s => s.Kind).Distinct().Order()
        );
        Assert.All(stored, step => Assert.Equal(step.Key, kinds.Parse(step.Specification).Key));
    }

    private static List<string> KindsOf(string directory, IEnumerable<string> keys)
    {
        using var workspace = Workspace.OpenExisting(directory, TimeProvider.System);
        return [.. workspace.Steps.FindAll([.. keys]).Values.Select(s => s.Kind)];
    }

    private static string[] Networks(JsonDocument acceleration) =>
        [
            .. acceleration
                .RootElement.GetProperty("networks")
                .EnumerateArray()
                .Select(n => $"{n.GetProperty("operations")} {n.GetProperty("accuracy")} {n.GetProperty("parameters")} {n.GetProperty("multiplyAccumulates")}"),
        ];

    private static string[] Accuracies(JsonDocument study) =>
        [
            .. study
                .RootElement.GetProperty("cells")
                .EnumerateArray()
                .Select(c => $"{c.GetProperty("position")} {c.GetProperty("operation")} {c.GetProperty("accuracies")} {c.GetProperty("distillationLoss")}"),
        ];

    internal static string Copy(string name)
    {
        Directory.CreateDirectory(name);
        File.Copy(Fixture("graft.db"), Path.Combine(name, "graft.db"));
        foreach (string file in Directory.EnumerateFiles(Fixture("artifacts"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(name, "artifacts", Path.GetRelativePath(Fixture("artifacts"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return name;
    }
}
