using System.Text.Json;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

public sealed class BenchCommandTests
{
    [Fact]
    public async Task Bench_OnlyLoading_PrintsItsRows()
    {
        var result = await InProcess.RunAsync("bench --network wrn-10-1 --rounds 1 --only load");

        Assert.Equal(0, result.Code);
        Assert.Contains("load and augment: crop, flip", result.Output);
        Assert.DoesNotContain("memory copy", result.Output);
    }

    [Fact]
    public async Task Bench_Json_HasEveryValue()
    {
        var result = await InProcess.RunAsync("bench --network wrn-10-1 --rounds 2 --only load --json");

        using var document = JsonDocument.Parse(result.Output);
        var measurement = document.RootElement.GetProperty("measurements")[0];
        Assert.Equal("images/s", measurement.GetProperty("unit").GetString());
        Assert.Equal(2, measurement.GetProperty("values").GetArrayLength());
        Assert.NotEmpty(document.RootElement.GetProperty("environment").GetProperty("versions").EnumerateObject());
    }

    [Theory]
    [InlineData("bench --rounds 0", "error: --rounds is 0; it must be at least 1.")]
    [InlineData("bench --network wrn-11-1", "error: ")]
    [InlineData("bench --peer nowhere.py", "error: --peer nowhere.py: there is no such file; bench/pytorch_peer.py of the repository is meant.")]
    [InlineData("bench --only nonsense", "error: --only nonsense leaves nothing to measure; there are: matrix product, fp32, 1 thread; ")]
    public async Task Bench_WrongOption_IsOneClearLine(string line, string expected)
    {
        var result = await InProcess.RunAsync(line);

        Assert.Equal(2, result.Code);
        Assert.StartsWith(expected, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
