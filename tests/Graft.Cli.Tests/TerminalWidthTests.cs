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
    public async Task Tables_AtEveryWidth_AreAsExpected(string name, string line)
    {
        string workspace = OldWorkspaceTests.Copy($"width-{name}");
        var shown = new List<string>();
        foreach (int width in Widths)
        {
            await using var command = new CliProcess(
                line.Replace("<workspace>", workspace, StringComparison.Ordinal),
                ("COLUMNS", width.ToString(CultureInfo.InvariantCulture))
            );
            var result = await command.EndAsync();
            Assert.True(result.Code == 0, result.Error);
            Assert.All(result.Output.Split('\n'), row => Assert.True(row.TrimEnd().Length <= width, row));
            shown.Add(Invariant($"== {width} columns\n{result.Output.Replace(workspace, "<workspace>", StringComparison.Ordinal)}"));
        }

        Expected.Matches($"width-{name}", string.Join('\n', shown));
    }
}
