using System.Text.Json;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

public sealed class DataCommandTests
{
    [Fact]
    public async Task Verify_ImageFolder_CountsClasses()
    {
        var result = await InProcess.RunAsync("data verify images");

        Assert.Equal(0, result.Code);
        Expected.MatchesButForNumbers("data-verify", result.Output);
    }

    [Fact]
    public async Task Verify_Json_CountsClasses()
    {
        var result = await InProcess.RunAsync("data verify images --json");

        using var document = JsonDocument.Parse(result.Output);
        var first = document.RootElement.GetProperty("classes")[0];
        Assert.Equal(("class0", 16, 8), (first.GetProperty("name").GetString(), first.GetProperty("train").GetInt32(), first.GetProperty("test").GetInt32()));
    }

    [Fact]
    public async Task Verify_ImagesNotYetDecoded_ReportsProgressOnTheErrorOutput()
    {
        Playground.WriteImages("undecoded", classes: 2, train: 1, test: 1, size: 8);

        var result = await InProcess.RunAsync("data verify undecoded");

        Assert.Equal("reading undecoded: 100 % of 4 images", result.Error.TrimEnd());
    }
}
