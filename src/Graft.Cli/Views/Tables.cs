using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>The form that all tables share.</summary>
internal static class Tables
{
    /// <summary>Makes an empty table. Names in the first column and numbers are never broken.</summary>
    /// <param name="headings">The columns' headings; one that starts with '&gt;' is right-aligned, for numbers.</param>
    public static Table Create(params IEnumerable<string> headings)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in headings)
        {
            bool number = heading.StartsWith('>');
            var column = new TableColumn(new Text(number ? heading[1..] : heading)) { NoWrap = number || table.Columns.Count == 0 };
            table.AddColumn(number ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void AddRow(Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    /// <summary>The heading of an operation's column: a long name takes two or three lines, the family, its parameters and what else is said of it.</summary>
    public static string OperationHeading(string operation)
    {
        int start = operation.IndexOf('(', StringComparison.Ordinal), end = operation.IndexOf(')', StringComparison.Ordinal);
        string heading = start > 0 && end > start
            ? Invariant($"{operation[..start]}\n{operation[(start + 1)..end].Replace(',', ' ')}{operation[(end + 1)..]}")
            : operation;
        return heading.Replace("+", "\n+", StringComparison.Ordinal);
    }
}
