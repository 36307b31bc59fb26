using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Analysis;

/// <summary>The reference values are what scipy and R say today, where these programs are (Debian: python3-scipy, r-base-core). The scripts lie beside their
/// output.</summary>
public sealed class ReferenceScriptTests
{
    // scipy integrates normal distributions of several dimensions by random points.
    private const double Tolerance = 1e-4;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Statistics_RunToday_GivesTheStoredValues()
    {
        string? python = await FirstThatRuns(["python3", "/usr/bin/python3"], ["-c", "import scipy"]);
        Assert.SkipWhen(python is null, "No python3 with scipy here (Debian: apt-get install python3-scipy).");

        AssertSame(Reference.Scipy, JsonDocument.Parse(await Output(python!, ["-W", "ignore", Script("statistics.py")])).RootElement, "$");
    }

    [Fact]
    public async Task Anova_RunToday_GivesTheStoredValues()
    {
        string? script = await FirstThatRuns(["Rscript"], ["--version"]);
        Assert.SkipWhen(script is null, "No Rscript here (Debian: apt-get install r-base-core).");

        AssertSame(Reference.R, JsonDocument.Parse(await Output(script!, [Script("anova.R")])).RootElement, "$");
    }

    private static string Script(string name) => SourceTree.PathOf("tests", "Graft.Tests", "Analysis", "Reference", name);

    private static void AssertSame(JsonElement expected, JsonElement actual, string path)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: {actual.ValueKind} in place of {expected.ValueKind}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(p => p.Name), actual.EnumerateObject().Select(p => p.Name));
                Assert.All(expected.EnumerateObject(), p => AssertSame(p.Value, actual.GetProperty(p.Name), $"{path}.{p.Name}"));
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                Assert.All(expected.EnumerateArray().Zip(actual.EnumerateArray()).Index(), x => AssertSame(x.Item.First, x.Item.Second, $"{path}[{x.Index}]"));
                break;
            default:
                double a = expected.GetDouble(), b = actual.GetDouble();
                Assert.True(Math.Abs(a - b) <= Tolerance * Math.Max(1e-3, Math.Abs(a)), $"{path}: {b} in place of {a}");
                break;
        }
    }

    private static async Task<string?> FirstThatRuns(string[] programs, string[] arguments)
    {
        foreach (string program in programs)
        {
            try
            {
                if ((await Run(program, arguments)).ExitCode == 0)
                {
                    return program;
                }
            }
            catch (Win32Exception)
            {
                // There is no such program: the next one.
            }
        }

        return null;
    }

    private static async Task<string> Output(string program, string[] arguments)
    {
        var (code, output, error) = await Run(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(string program, string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }
}
