using System.Text.Json;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class StudyInterruptionTests(Playground playground)
{
    [Fact]
    public async Task Study_KilledAndRunAgain_GivesWhatAnUninterruptedRunGives()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ends a tree of processes as Linux does");
        await using (var killed = new CliProcess("study --plan plan.yaml --workers 2 --workspace killed --json"))
        {
            await killed.WaitForLineAsync("[2/7]");
            killed.KillTree();
        }

        var resumed = await InProcess.RunAsync("study --plan plan.yaml --workers 2 --workspace killed --json");

        Assert.Equal(0, resumed.Code);
        Assert.Equal(StudyState.WithoutTimes(await playground.FinishedStudyAsync()), StudyState.WithoutTimes(resumed.Output));
    }

    [Theory]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task Study_ToldToStop_EndsInOneLine(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sends signals of Linux");
        Assert.SkipWhen(
            CliProcess.Ignores(signal),
            "this process was started so that it, and what it starts, ignores the signal, as shells start background jobs"
        );
        await using var study = new CliProcess(
            $"study --plan plan.yaml --epochs 5000 --operations identity --positions 1 --workers 1 --workspace stopped{signal}"
        );
        await study.WaitForLineAsync("[1/3]");

        study.Signal(signal);
        var result = await study.EndAsync();

        Assert.Equal(130, result.Code);
        Assert.Equal("Stopped. What was finished is kept; the same command goes on from there.", result.Error.TrimEnd().Split('\n')[^1]);
    }

    // Ctrl-C reaches the workers as well: they end with a checkpoint once the study closes their input, and not before.
    [Theory]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task Study_WorkersAreToldToStopAsWell_BreakTheirStepsOff(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sends signals of Linux");
        Assert.SkipWhen(CliProcess.Ignores(signal), "this process was started so that it, and what it starts, ignores the signal");
        string workspace = $"tree-stopped{signal}";
        await using var study = new CliProcess(
            $"study --plan plan.yaml --epochs 5000 --operations identity --positions 1 --workers 1 --workspace {workspace}"
        );
        await study.WaitForLineAsync("[1/3]");
        while (await CountAsync(workspace, "running") == 0)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        study.SignalTree(signal);
        var result = await study.EndAsync();

        Assert.Equal(130, result.Code);
        Assert.Equal((0, 1), (await CountAsync(workspace, "running"), await CountAsync(workspace, "interrupted")));
    }

    [Fact]
    public async Task Study_TwiceAtTheSameTime_RunsNoStepTwice()
    {
        const string Line = "study --plan plan.yaml --workers 1 --workspace shared --json";

        var results = await Task.WhenAll(InProcess.RunAsync(Line), InProcess.RunAsync(Line));

        Assert.All(results, result => Assert.Equal(0, result.Code));
        Assert.All(StudyState.Attempts("shared"), attempts => Assert.Equal(1, attempts));
        using var document = JsonDocument.Parse(results[0].Output);
        Assert.Equal("done", document.RootElement.GetProperty("state").GetString());
        Assert.Equal(StudyState.WithoutTimes(results[0].Output), StudyState.WithoutTimes(results[1].Output));
    }

    private static async Task<int> CountAsync(string workspace, string state)
    {
        using var studies = JsonDocument.Parse((await InProcess.RunAsync($"show studies --json --workspace {workspace}")).Output);
        return studies.RootElement[0].GetProperty(state).GetInt32();
    }
}
