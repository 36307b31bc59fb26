using System.Text.RegularExpressions;
using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>The operations that places cannot hold, and why: a line for each reason, the first place in full and the others by name.</summary>
internal static partial class LeftOutLines
{
    public static void Write(Terminal terminal, IEnumerable<UnavailableCell> cells)
    {
        foreach (var alike in cells.DistinctBy(c => c.Reason).GroupBy(c => (c.Operation, Numbers.Replace(c.Reason, "#"))))
        {
            string[] others = [.. alike.Skip(1).Select(c => Invariant($"{c.Position}"))];
            terminal.WriteLine($"Left out: {alike.First().Reason}.{(others.Length > 0 ? $" Likewise at {string.Join(", ", others)}." : "")}");
        }
    }

    // Positions and shapes, by which alone the reasons of one kind differ.
    [GeneratedRegex("[0-9][0-9x-]*")]
    private static partial Regex Numbers { get; }
}
