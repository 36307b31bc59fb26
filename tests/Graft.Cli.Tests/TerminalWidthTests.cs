using System.Globalization;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

/// <summary>Tables at the widths of narrow, usual and wide terminals: nothing is wider, no name is broken, every column is there.</summary>
public sealed class TerminalWidthTests
{
    private static readonly int[] Widths = [60, 80, 100, 200];

    [Theory]
    [InlineData("runs", "show --workspace <workspace>")]
    [InlineData("study", "show study 2f23c3 --workspace <workspace>")]
    [InlineData("acceleration", "show study 6bde47 --workspace <workspace>")]
    [InlineData("network", "catalog network wrn-16-2 --operations identity,conv-stack(w=2,k=3)")]
    [InlineData("home", "")]
    [InlineData("operations", "catalog operations")]
    public async Task Tables_AtEveryWidth_AreAsExpected(string name, string line)
    {
        string workspace = OldWorkspaceTests.Copy($"width-{name}");
        var shown = new List<string>();
        foreach (int width in Widths)
        {
            string output = await ShowAsync(line.Replace("<workspace>", workspace, StringComparison.Ordinal), width);
            shown.Add(Invariant($"== {width} columns\n{output.Replace(workspace, "<workspace>", StringComparison.Ordinal)}"));
        }

        Expected.Matches($"width-{name}", string.Join('\n', shown));
    }

    [Fact]
    public async Task DryRun_AtEveryWidth_KeepsItsColumns()
    {
        foreach (int width in Widths)
        {
            string output = await ShowAsync($"study --network wrn-10-1 --data fashion-mnist-mini --workspace width-dry-{width} --dry-run", width);

            string[] headings = ["steps", "in all", "done", "left", "time, about"];
            Assert.Contains(output.Split('\n'), row => headings.All(h => row.Contains(h, StringComparison.Ordinal)));
        }
    }

    private static async Task<string> ShowAsync(string line, int width)
    {
        await using var command = new CliProcess(line, ("COLUMNS", width.ToString(CultureInfo.InvariantCulture)));
        var result = await command.EndAsync();
        Assert.True(result.Code == 0, result.Error);
        Assert.All(result.Output.Split('\n'), row => Assert.True(row.TrimEnd().Length <= width, row));
        return result.Output;
    }
}
