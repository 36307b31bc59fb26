using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class ReportCommandTests(Playground playground)
{
    [Fact]
    public async Task Report_NewestStudy_WritesOnePage()
    {
        await playground.FinishedStudyAsync();

        var result = await InProcess.RunAsync("report --workspace finished --out report.html");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Expected.MatchesButForNumbers("report", result.Output);
        Assert.EndsWith("</html>", (await File.ReadAllTextAsync("report.html", TestContext.Current.CancellationToken)).TrimEnd());
    }

    [Fact]
    public async Task Report_OutIsADirectory_SaysSoAndLeavesNothing()
    {
        await playground.FinishedStudyAsync();
        Directory.CreateDirectory("taken/report.html");

        var result = await InProcess.RunAsync("report --workspace finished --out taken/report.html");

        Assert.Equal(2, result.Code); // wrong usage, seen before any work
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal(["taken/report.html"], Directory.GetFileSystemEntries("taken"));
    }
}
