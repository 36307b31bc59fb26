using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

public sealed class GraftAppTests
{
    [Fact]
    public async Task Run_UnexpectedError_EndsInOneLine()
    {
        var error = new StringWriter();

        int code = await new GraftApp(new FailingWriter(), error).RunAsync(["catalog", "networks"]);

        Assert.Equal(1, code);
        Assert.Equal("error: the wire is cut; run again with --verbose for details.", error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Run_UnexpectedErrorVerbose_ShowsWhereItHappened()
    {
        var error = new StringWriter();

        int code = await new GraftApp(new FailingWriter(), error).RunAsync(["catalog", "networks", "--verbose"]);

        Assert.Equal(1, code);
        Assert.Contains("at Graft.Cli.Commands.CatalogCommand", error.ToString());
    }

    [Fact]
    public async Task Run_ErrorOfTheUserVerbose_ShowsWhereItHappened()
    {
        var result = await InProcess.RunAsync("catalog network nothing --verbose");

        Assert.Equal(2, result.Code);
        Assert.Contains("at Graft.Networks.NetworkCatalog.Define", result.Error);
    }

    private sealed class FailingWriter : StringWriter
    {
        public override void Write(char value) => throw new IOException("the wire is cut.\nIt was a red one.");

        public override void Write(string? value) => throw new IOException("the wire is cut.\nIt was a red one.");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("the wire is cut.\nIt was a red one.");
    }
}
