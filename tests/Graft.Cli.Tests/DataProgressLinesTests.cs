using Graft.Data;

namespace Graft.Cli.Tests;

public sealed class DataProgressLinesTests
{
    [Fact]
    public void Report_FilesThatAreRecognisedAndThenDecoded_NeverRunsBackwards()
    {
        using StringWriter output = new(), error = new();
        var lines = new DataProgressLines(new Terminal(output, error));

        lines.Report(new(DataActivity.Read, "images", 9, 10));
        lines.Report(new(DataActivity.Decode, "images", 5, 10));

        Assert.Equal(
            "looking through images: 90 % of 10 images\nreading images: 50 % of 10 images",
            error.ToString().ReplaceLineEndings("\n").TrimEnd());
    }
}
