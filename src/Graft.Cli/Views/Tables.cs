using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>The form that all tables share.</summary>
internal static class Tables
{
    /// <summary>Makes an empty table.</summary>
    /// <param name="headings">The columns' headings; one that starts with '&gt;' is right-aligned.</param>
    public static Table Create(params IEnumerable<string> headings)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in headings)
        {
            bool right = heading.StartsWith('>');
            var column = new TableColumn(new Text(right ? heading[1..] : heading));
            table.AddColumn(right ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>The heading of an operation's column: a long name takes two lines, the family and its parameters.</summary>
    public static string OperationHeading(string operation) => operation.IndexOf('(') is > 0 and var start
        ? $"{operation[..start]}\n{operation[(start + 1)..^1].Replace(',', ' ')}"
        : operation;
}
