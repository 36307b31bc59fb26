using System.CommandLine;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-study", "study --help")]
    [InlineData("help-accelerate", "accelerate --help")]
    [InlineData("help-train", "train --help")]
    [InlineData("help-evaluate", "evaluate --help")]
    [InlineData("help-export", "export --help")]
    [InlineData("help-catalog", "catalog --help")]
    [InlineData("help-catalog-network", "catalog network --help")]
    [InlineData("help-data", "data --help")]
    [InlineData("help-show", "show --help")]
    [InlineData("help-predict", "predict --help")]
    [InlineData("help-report", "report --help")]
    [InlineData("help-pack", "pack --help")]
    [InlineData("help-workspace", "workspace --help")]
    public async Task Help_ListsOptionsAndAnExample(string expected, string line)
    {
        var result = await InProcess.RunAsync(line);

        Assert.Equal(0, result.Code);
        Assert.Empty(result.Error);
        Expected.Matches(expected, Named(result.Output));
    }

    // The usage line bears the name of the program's file.
    private static string Named(string help) => help.Replace(RootCommand.ExecutableName, "graft");
}
