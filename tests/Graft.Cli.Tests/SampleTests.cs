using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Graft.Cli.Tests;

/// <summary>What README and docs show is what runs.</summary>
public sealed partial class SampleTests
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    [Fact]
    public void Readme_Example_IsTheSample() => Assert.Contains(CSharp("README.md").Single(), Text("samples/SwapOneOperation/Program.cs"));

    [Fact]
    public void LibraryPage_ShowsEverySampleAsItIs()
    {
        var shown = CSharp("docs/library.md");

        Assert.Equal(Samples().Select(Text).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.All(shown, sample => Assert.True(sample.Split('\n').Length <= 31, "a sample is to be read at a glance"));
    }

    [Fact]
    public async Task SwapOneOperation_Runs_AndTellsThreeAccuracies()
    {
        var result = await RunAsync("exec", Path.Combine(AppContext.BaseDirectory, "..", "..", "SwapOneOperation", "release", "SwapOneOperation.dll"));

        Assert.True(result.Code == 0, result.Error);
        Assert.Matches(@"^teacher \d\d\.\d+ ?%, swapped \d+\.\d+ ?%, trained on \d\d\.\d+ ?%\s*$", result.Output);
    }

    [Theory]
    [InlineData("study.cs", "fashion-mnist-mini", @"position 3, bottleneck\(w=1,k=3\): \d\d\.\d+ ?% right\ntables: tables/cells\.csv")]
    [InlineData("custom-operation.cs", "", @"^teacher \d\d\.\d+ ?%, pointwise at 3 \d\d\.\d+ ?%")]
    [InlineData("custom-measure.cs", "", @"^position,operation,power,cka,change\n1,""conv-stack\(w=1,k=3\)"",\d+\.\d+,0\.\d+,-?\d")]
    public async Task FileBasedSample_Runs(string sample, string arguments, string expected)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GRAFT_TEST_SAMPLES") == "1", "Takes a minute each: set GRAFT_TEST_SAMPLES=1.");

        var result = await RunAsync([
            "run",
            "-c",
            "Release",
            Path.Combine(Repository, "samples", sample),
            "--",
            .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);

        Assert.True(result.Code == 0, result.Output + result.Error);
        Assert.Matches(expected, result.Output);
    }

    private static IEnumerable<string> Samples() =>
        Directory.EnumerateFiles(Path.Combine(Repository, "samples"), "*.cs").Select(f => Path.GetRelativePath(Repository, f));

    private static string Text(string path) => File.ReadAllText(Path.Combine(Repository, path)).ReplaceLineEndings("\n");

    private static List<string> CSharp(string page) => [.. CSharpBlock().Matches(Text(page)).Select(m => m.Groups[1].Value)];

    // In a directory of its own: samples keep their results in graft-workspace.
    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        string directory = Directory.CreateTempSubdirectory("graft-sample-").FullName;
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("dotnet", arguments)
                {
                    WorkingDirectory = directory,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
