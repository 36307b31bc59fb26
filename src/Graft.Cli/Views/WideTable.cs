using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>
/// The form of all tables. One that has more columns than the terminal has room for continues below, with the leading columns repeated: names and numbers are
/// never broken, and nothing is left out.
/// </summary>
/// <param name="keys">How many leading columns name a row; fewer are repeated where they would leave no room.</param>
/// <param name="headings">
/// The columns' headings. One that starts with '&gt;' is right-aligned, for numbers; one that starts with '~' is of sentences, which go over several lines.
/// </param>
internal sealed class WideTable(int keys, params IReadOnlyList<string> headings)
{
    private const int LeastSentence = 26; // narrower, a sentence is hard to read

    private readonly List<IReadOnlyList<string>> _rows = [];
    private readonly HashSet<int> _left = [];

    /// <summary>Adds a row of plain text.</summary>
    public void AddRow(params IReadOnlyList<string> cells) => _rows.Add(cells);

    /// <summary>Leaves out a column where the same stands in all of its rows, because the table's title says it.</summary>
    public void LeaveOutIfSame(string heading)
    {
        int column = headings.Index().First(h => h.Item.TrimStart('>', '~') == heading).Index;
        if (_rows.Select(row => row[column]).Distinct().Count() == 1)
        {
            _left.Add(column);
        }
    }

    /// <summary>Writes the table, in as many parts as the terminal's width asks for.</summary>
    public void Write(Terminal terminal)
    {
        int room = terminal.Out.Profile.Width - 1; // one column of a table is its left edge
        int repeated = keys;
        while (repeated > 1 && Keys().Sum(Width) + Others().Max(Width) > room)
        {
            repeated--; // the last of them stands once, as any other column
        }

        var block = new List<int>();
        foreach (int column in Others())
        {
            if (block.Count > 0 && Keys().Concat(block).Append(column).Sum(Width) > room)
            {
                Write(terminal, [.. Keys(), .. block]);
                block.Clear();
            }

            block.Add(column);
        }

        Write(terminal, [.. Keys(), .. block]);

        IEnumerable<int> Keys() => Enumerable.Range(0, repeated).Except(_left);
        IEnumerable<int> Others() => Enumerable.Range(repeated, headings.Count - repeated).Except(_left);
    }

    /// <summary>The heading of an operation's column: a long name takes two or three lines, the family, its parameters and what else is said of it.</summary>
    public static string OperationHeading(string operation)
    {
        int start = operation.IndexOf('(', StringComparison.Ordinal), end = operation.IndexOf(')', StringComparison.Ordinal);
        string heading = start > 0 && end > start
            ? Invariant($"{operation[..start]}\n{operation[(start + 1)..end].Replace(',', ' ')}{operation[(end + 1)..]}")
            : operation;
        return heading.Replace("+", "\n+", StringComparison.Ordinal);
    }

    private void Write(Terminal terminal, IReadOnlyList<int> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in columns.Select(c => headings[c]))
        {
            var column = new TableColumn(new Text(heading.TrimStart('>', '~'))) { NoWrap = heading is not ['~', ..] };
            table.AddColumn(heading is ['>', ..] ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
        {
            table.AddRow(columns.Select(c => new Text(row[c])));
        }

        terminal.Out.Write(table);
    }

    // With a blank on both sides and the border to its right.
    private int Width(int column)
    {
        var texts = _rows.Select(row => row[column]).Append(headings[column].TrimStart('>', '~'));
        int widest = texts.SelectMany(text => text.Split('\n')).Max(line => line.Length);
        return (headings[column] is ['~', ..] ? Math.Min(widest, LeastSentence) : widest) + 3;
    }
}
