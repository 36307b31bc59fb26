using System.Text.Json;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class ShowCommandTests(Playground playground)
{
    [Fact]
    public async Task Studies_OneStudy_IsAsExpected()
    {
        await playground.FinishedStudyAsync();

        var result = await InProcess.RunAsync("show studies --workspace finished");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Expected.MatchesButForNumbers("show-studies", result.Output);
    }

    [Fact]
    public async Task Study_StartOfId_IsAsExpected()
    {
        string id = await IdAsync();

        var result = await InProcess.RunAsync($"show study {id[..4]} --workspace finished");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Expected.MatchesButForNumbers("show-study", result.Output);
    }

    [Fact]
    public async Task Show_IdentifierAlone_IsTheStudyOrTheStep()
    {
        string id = (await IdAsync())[..6], key = (await TeacherAsync())[..12];

        await AreTheSame($"show {id}", $"show study {id}");
        await AreTheSame($"show {id} --json", $"show study {id} --json");
        await AreTheSame($"show acceleration {id}", $"show study {id}"); // one command for what both are
        await AreTheSame($"show {key}", $"show step {key}");
        var margin = await InProcess.RunAsync($"show {key} --workspace finished --margin 1");
        Assert.Equal((2, $"error: --margin does nothing for {key}, a step; leave it out."), (margin.Code, margin.Error.TrimEnd()));

        static async Task AreTheSame(string brief, string whole)
        {
            var (shown, expected) = (await InProcess.RunAsync($"{brief} --workspace finished"), await InProcess.RunAsync($"{whole} --workspace finished"));
            Assert.Equal((0, ""), (shown.Code, shown.Error));
            Assert.Equal(expected.Output, shown.Output);
        }
    }

    [Theory]
    [InlineData("--margin 0.05")]
    [InlineData("--csv tables-of-newest")]
    [InlineData("--watch")]
    public async Task Show_OptionOfAStudyWithoutIdentifier_IsOfTheNewest(string option)
    {
        await playground.FinishedStudyAsync();

        var brief = await InProcess.RunAsync($"show {option} --workspace finished");
        if (Directory.Exists("tables-of-newest"))
        {
            Directory.Delete("tables-of-newest", recursive: true); // else they are said to be replaced
        }

        var whole = await InProcess.RunAsync($"show study {option} --workspace finished");
        Assert.Equal((0, whole.Output), (brief.Code, brief.Output));
        Assert.Equal(whole.Error, brief.Error);
    }

    [Fact]
    public async Task Study_Json_IsWhatTheStudyPrinted()
    {
        string id = await IdAsync();

        var result = await InProcess.RunAsync($"show study {id} --workspace finished --json");

        Assert.Equal(await playground.FinishedStudyAsync(), result.Output);
    }

    [Fact]
    public async Task Step_Teacher_IsAsExpected()
    {
        var result = await InProcess.RunAsync($"show step {await TeacherAsync()} --workspace finished");

        Assert.Equal((0, ""), (result.Code, result.Error));
        string[] lines = result.Output.Split('\n');
        int environment = Array.FindIndex(lines, line => line.Trim() == "environment"), end = Array.FindIndex(lines, environment, string.IsNullOrWhiteSpace);
        Assert.Contains("    device               cpu", lines[environment..end]);
        Expected.MatchesButForNumbers("show-step", string.Join('\n', lines[..environment].Concat(lines[end..])));
    }

    [Fact]
    public async Task Step_Json_HoldsSpecificationAndResultAsObjects()
    {
        var result = await InProcess.RunAsync($"show step {await TeacherAsync()} --workspace finished --json");

        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal("wrn-10-1", document.RootElement.GetProperty("specification").GetProperty("network").GetString());
        Assert.Equal(77_395, document.RootElement.GetProperty("result").GetProperty("parameters").GetInt64());
        Assert.Equal("done", document.RootElement.GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("show study zzz --workspace finished", "error: no study or acceleration 'zzz' in workspace <here>/finished. Known: ID.")]
    [InlineData("show 0123456789abcdef --workspace finished", "error: no study or acceleration '0123456789abcdef' in workspace <here>/finished. Known: ID.")]
    [InlineData("show step zzz --workspace finished", "error: no step's key starts with 'zzz' in <here>/finished; 'graft show study ID --json' lists keys.")]
    [InlineData(
        "show studies --workspace nothing",
        "error: no workspace at <here>/nothing. Run a study or an acceleration first, or name the directory where one was run."
    )]
    public async Task Show_Unknown_SaysWhatThereIs(string line, string expected)
    {
        string id = await IdAsync();

        var result = await InProcess.RunAsync(line);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Equal(expected, result.Error.TrimEnd().Replace(Environment.CurrentDirectory, "<here>").Replace(id, "ID"));
    }

    private async Task<string> IdAsync() => (await DocumentAsync()).GetProperty("study").GetString()!;

    private async Task<string> TeacherAsync() => (await DocumentAsync()).GetProperty("teacher").GetProperty("key").GetString()!;

    private async Task<JsonElement> DocumentAsync()
    {
        using var document = JsonDocument.Parse(await playground.FinishedStudyAsync());
        return document.RootElement.Clone();
    }
}
