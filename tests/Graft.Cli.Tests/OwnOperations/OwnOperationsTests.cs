using System.Text.Json;
using Graft.Cli.Tests.Support;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests.OwnOperations;

/// <summary>An operation of this assembly, which sees the library's public members alone, in a program that knows nothing of it but the path.</summary>
public sealed class OwnOperationsTests
{
    private static readonly string Assembly = typeof(DepthwiseSeparable).Assembly.Location;

    [Fact]
    public async Task Study_OwnOperation_IsDistilledSwappedInAndTested()
    {
        var result = await RunAsync(Assembly, "study --plan plan.yaml --operations depthwise-separable(k=5) --workspace own --json");

        Assert.True(result.Code == 0, result.Error);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Equal(
            [("teacher", "done"), ("depthwise-separable(k=5)", "done"), ("teacher", "done"), ("depthwise-separable(k=5)", "done")],
            document.RootElement.GetProperty("cells").EnumerateArray().Select(c => (c.GetProperty("operation").GetString(), c.GetProperty("state").GetString()))
        );
    }

    // Results outlive the assembly: who gets a workspace has no need of it.
    [Fact]
    public async Task Show_WithoutTheAssemblyOfItsOperation_ShowsTheStudy()
    {
        var ran = await RunAsync(Assembly, "study --plan plan.yaml --operations depthwise-separable(k=5) --workspace own-shown --json");
        Assert.True(ran.Code == 0, ran.Error);

        var shown = await InProcess.RunAsync("show study --workspace own-shown");
        var reported = await InProcess.RunAsync("report --workspace own-shown --out own.html");

        Assert.True(shown.Code == 0, shown.Error);
        Assert.Contains("depthwise-separable", shown.Output, StringComparison.Ordinal);
        Assert.True(reported.Code == 0, reported.Error);
    }

    [Fact]
    public async Task Study_OwnMeasure_IsTakenOfEveryCandidate()
    {
        await File.WriteAllTextAsync("measured.yaml", Playground.Plan + "\npredictors: { images: 3, batchSize: 3 }\n", TestContext.Current.CancellationToken);

        var result = await RunAsync(
            Assembly,
            "study --plan measured.yaml --operations teacher,conv-stack(w=1,k=3) --measures outputPower --workspace own-measure --json"
        );

        Assert.True(result.Code == 0, result.Error);
        using var document = JsonDocument.Parse(result.Output);
        var trials = document
            .RootElement.GetProperty("cells")
            .EnumerateArray()
            .Where(c => c.GetProperty("operation").GetString() != "teacher")
            .SelectMany(c => c.GetProperty("trials").EnumerateArray());
        Assert.All(trials, trial => Assert.True(trial.GetProperty("measures").GetProperty("outputPower").GetDouble() > 0));
        Assert.NotEmpty(trials);
    }

    [Fact]
    public async Task Catalog_OwnOperation_IsPartOfThePool()
    {
        var result = await RunAsync(Assembly, "catalog operations depthwise-separable(*)");

        Assert.Equal(
            ["depthwise-separable(k=1)", "depthwise-separable(k=3)", "depthwise-separable(k=5)", "depthwise-separable(k=7)"],
            result.Output.Trim().Split('\n')
        );
    }

    [Theory]
    [InlineData("nowhere.dll", "error: GRAFT_OPERATIONS: nowhere.dll cannot be loaded: ")]
    [InlineData("plan.yaml", "error: GRAFT_OPERATIONS: plan.yaml cannot be loaded: ")]
    public async Task Any_AssemblyThatCannotBeLoaded_IsToldInOneLine(string path, string error)
    {
        var result = await RunAsync(path, "catalog operations");

        Assert.Equal(2, result.Code);
        Assert.StartsWith(error, result.Error.TrimStart(), StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Documentation_ShowsTheOperationThatIsTestedHere()
    {
        string page = File.ReadAllText(SourceTree.PathOf("docs", "operations.md")), mark = "```csharp\n";
        string shown = page[(page.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..];
        string file = File.ReadAllText(SourceTree.PathOf("tests", "Graft.Cli.Tests", "OwnOperations", "DepthwiseSeparable.cs"));
        int start = shown.IndexOf("public", StringComparison.Ordinal);

        Assert.StartsWith(shown[..start], file);
        Assert.EndsWith(shown[start..shown.IndexOf("```", StringComparison.Ordinal)], file);
    }

    private static async Task<CliResult> RunAsync(string assemblies, string line)
    {
        await using var process = new CliProcess(line, ("GRAFT_OPERATIONS", assemblies));
        return await process.EndAsync();
    }
}
