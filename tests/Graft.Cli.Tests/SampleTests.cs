using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Graft.Cli.Tests.Support;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests;

/// <summary>What README and docs show is what runs.</summary>
public sealed partial class SampleTests
{
    [Fact]
    public void Readme_Example_IsTheSample() => Assert.Contains(CSharp("README.md").Single(), Text("samples/SwapOneOperation/Program.cs"));

    [Fact]
    public void Docs_ShowEverySampleAsItIs()
    {
        List<string> shown = [.. CSharp("docs/library.md"), .. CSharp("docs/onnx.md")];

        Assert.Equal(Samples().Select(Text).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.All(shown, sample => Assert.True(sample.Split('\n').Length <= 35, "a sample is to be read at a glance"));
    }

    [Fact]
    public async Task SwapOneOperation_Runs_AndTellsThreeAccuracies()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "SwapOneOperation", "release", "SwapOneOperation.dll");

        var result = await RunAsync("dotnet", "exec", program);


        Assert.True(result.Code == 0, result.Error);
        Assert.Matches(@"^teacher \d\d\.\d+ ?%, swapped \d+\.\d+ ?%, trained on \d\d\.\d+ ?%\s*$", result.Output);
    }

    [Fact]
    public void OnnxPage_ShowsTheSampleInPython() =>
        Assert.Contains($"```python\n{Text("samples/classify.py")}```", Text("docs/onnx.md"), StringComparison.Ordinal);

    [Theory]
    [InlineData("dotnet", "run", "-c", "Release", "classify.cs", "--")]
    [InlineData("python3", "classify.py")]
    public async Task Classify_TestImagesOneByOne_GivesAsManyRightAsEvaluate(string program, params string[] arguments)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GRAFT_TEST_SAMPLES") == "1", "Takes a minute: set GRAFT_TEST_SAMPLES=1.");
        Assert.SkipUnless(program == "dotnet" || await CanImportAsync("onnxruntime", "PIL"), "Needs Python with onnxruntime, numpy and pillow.");
        await InProcess.RunAsync("train --network wrn-10-1 --data images --epochs 2 --precision fp32 --workspace classify --out classify.safetensors --force");
        await InProcess.RunAsync("export classify.safetensors --data images --out classify.onnx --force");
        using var evaluated = JsonDocument.Parse((await InProcess.RunAsync("evaluate classify.onnx --data images --json")).Output);
        var photos = Directory.GetFiles(Path.GetFullPath("images/test"), "*.png", SearchOption.AllDirectories);

        var path = arguments.Select(a => a.StartsWith("classify", StringComparison.Ordinal) ? SourceTree.PathOf("samples", a) : a);
        var result = await RunAsync(program, [.. path, Path.GetFullPath("classify.onnx"), .. photos]);

        Assert.True(result.Code == 0, result.Output + result.Error);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(photos.Length, lines.Length);
        Assert.Equal(evaluated.RootElement.GetProperty("correct").GetInt32(), lines.Count(IsRight));

        static bool IsRight(string line) => line.Split(": ") is [var file, var name] && file.Contains($"/{name.Trim()}/", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("study.cs", "fashion-mnist-mini", @"3, bottleneck\(w=1,k=3\): \d\d\.\d+ ?% right\n(position \d, .+: [A-Z][a-z]+\n)+tables: tables/cells\.csv")]
    [InlineData("custom-operation.cs", "", @"^teacher \d\d\.\d+ ?%, pointwise at 3 \d\d\.\d+ ?%")]
    [InlineData("export.cs", "", @"^logits differ by \d\.\de-\d+ at most on 2000 test images\nsaved as swapped\.safetensors and swapped\.onnx")]
    [InlineData("custom-measure.cs", "", @"^position,operation,power,cka,change\n1,""conv-stack\(w=1,k=3\)"",\d+\.\d+,0\.\d+,-?\d")]
    public async Task FileBasedSample_Runs(string sample, string arguments, string expected)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GRAFT_TEST_SAMPLES") == "1", "Takes a minute each: set GRAFT_TEST_SAMPLES=1.");

        var result = await RunAsync(
            "dotnet",
            ["run", "-c", "Release", SourceTree.PathOf("samples", sample), "--", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]
        );

        Assert.True(result.Code == 0, result.Output + result.Error);
        Assert.Matches(expected, result.Output);
    }

    private static async Task<bool> CanImportAsync(params string[] modules)
    {
        try
        {
            return (await RunAsync("python3", "-c", $"import {string.Join(',', modules)}")).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no Python
        }
    }

    private static IEnumerable<string> Samples() =>
        Directory.EnumerateFiles(SourceTree.PathOf("samples"), "*.cs").Select(f => Path.GetRelativePath(SourceTree.PathOf(), f));


    private static string Text(string path) => File.ReadAllText(SourceTree.PathOf(path)).ReplaceLineEndings("\n");

    private static List<string> CSharp(string page) => [.. CSharpBlock().Matches(Text(page)).Select(m => m.Groups[1].Value)];

    // In a directory of its own: samples keep their results in graft-workspace.
    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        string directory = Directory.CreateTempSubdirectory("graft-sample-").FullName;
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
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

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
