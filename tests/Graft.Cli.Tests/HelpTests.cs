using System.CommandLine;
using System.Text.RegularExpressions;
using Graft.Cli.Tests.Support;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests;

public sealed partial class HelpTests
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

    [Fact]
    public async Task Help_CommandOfACommand_LeavesOutWhatOnlyTheOuterOneTakes()
    {
        string help = Named((await InProcess.RunAsync("show step --help")).Output);

        Assert.Contains("  graft show step <KEY> [options]", help, StringComparison.Ordinal);
        Assert.DoesNotContain("<ID>", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("study")]
    [InlineData("accelerate")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("export")]
    public async Task Help_ManyOptions_EachStandsOnceAndUnderAHeading(string command)
    {
        string help = (await InProcess.RunAsync($"{command} --help")).Output.ReplaceLineEndings("\n");

        var options = GraftApp.Root(new Terminal(TextWriter.Null, TextWriter.Null)).Subcommands.Single(c => c.Name == command).Options.Where(o => !o.Hidden);
        Assert.Equal(options.Select(o => o.Name).Append("--help").Append("--verbose").Order(), Listed().Matches(help).Select(m => m.Groups[1].Value).Order());
        Assert.DoesNotContain("\nOptions:", help);
        Assert.Equal(["--help", "--verbose"], Listed().Matches(help.Split("\nOther:\n")[1]).Select(m => m.Groups[1].Value));
    }

    [Fact]
    public async Task Help_Program_NamesEveryEnvironmentVariableThatIsRead()
    {
        string help = (await InProcess.RunAsync("--help")).Output;

        var read = Directory.GetFiles(SourceTree.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Read().Matches(File.ReadAllText(file)))
            .Select(m => m.Groups[1].Value)
            .Where(name => !name.StartsWith("SLURM_", StringComparison.Ordinal)) // Slurm's words to its tasks
            .ToHashSet();
        Assert.Contains("GRAFT_WORKSPACE", read);
        Assert.All(read, name => Assert.Contains($"  {name} ", help));
    }

    [Theory]
    [InlineData("show", "GRAFT_WORKSPACE, PGPASSWORD, GRAFT_OPERATIONS, COLUMNS, NO_COLOR")]
    [InlineData("catalog network", "GRAFT_OPERATIONS, COLUMNS, NO_COLOR")]
    [InlineData("data get", "GRAFT_DATA, HTTPS_PROXY, GRAFT_OPERATIONS, COLUMNS, NO_COLOR")]
    public async Task Help_Command_NamesTheEnvironmentVariablesThatItHeeds(string command, string expected)
    {
        var result = await InProcess.RunAsync($"{command} --help");

        Assert.EndsWith($"Environment:\n  {expected}: see 'graft --help'.", result.Output.ReplaceLineEndings("\n").TrimEnd());
    }

    // An option's line; a description that goes on is indented further.
    [GeneratedRegex("(?m)^  (?:-., )*(--[a-z-]+)")]
    private static partial Regex Listed();

    [GeneratedRegex("""(?:Given|GetEnvironmentVariable)\("([A-Z_]+)"\)""")]
    private static partial Regex Read();

    // The usage line bears the name of the program's file.
    private static string Named(string help) => help.Replace(RootCommand.ExecutableName, "graft");
}
