using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>
/// The form of all tables. One that has more columns than the terminal has room for continues below, with the leading columns repeated: names and numbers are
/// never broken, and nothing is left out. Columns stand closer where that spares a part.
/// </summary>
/// <param name="keys">How many leading columns name a row; fewer are repeated where they would leave no room.</param>
/// <param name="headings">
/// The columns' headings. One that starts with '&gt;' is right-aligned, for numbers; one that starts with '~' is of sentences, which go over several lines.
/// </param>
internal sealed class WideTable(int keys, params IReadOnlyList<string> headings)
{
    private const int LeastSentence = 26; // narrower, a sentence is hard to read
    private const int Gap = 3, NarrowGap = 2; // between columns

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

    /// <summary>Leaves out the columns that name no row and have no value yet in any.</summary>
    public void LeaveOutEmpty() => _left.UnionWith(
        Enumerable.Range(keys, headings.Count - keys).Where(column => _rows.All(row => row[column] is "" or Report.Format.None)));

    /// <summary>Writes the table, in as many parts as the terminal's width asks for.</summary>
    public void Write(Terminal terminal)
    {
        int room = terminal.Out.Profile.Width - 1; // one column of a table is its left edge
        List<List<int>> wide = Parts(room, Gap), narrow = Parts(room, NarrowGap);
        bool isNarrow = narrow.Count < wide.Count;
        foreach (var part in isNarrow ? narrow : wide)
        {
            Write(terminal, part, isNarrow ? NarrowGap : Gap);
        }
    }

    // The columns of each part, as many in each as there is room for.
    private List<List<int>> Parts(int room, int gap)
    {
        int repeated = keys;
        while (repeated > 1 && Keys().Sum(Width) + Others().Select(Width).DefaultIfEmpty().Max() > room)
        {
            repeated--; // the last of them stands once, as any other column
        }

        var parts = new List<List<int>> { Keys().ToList() };
        foreach (int column in Others())
        {
            if (parts[^1].Count > Keys().Count() && parts[^1].Append(column).Sum(Width) > room)
            {
                parts.Add([.. Keys()]);
            }

            parts[^1].Add(column);
        }

        return parts;

        IEnumerable<int> Keys() => Enumerable.Range(0, repeated).Except(_left);
        IEnumerable<int> Others() => Enumerable.Range(repeated, headings.Count - repeated).Except(_left);
        int Width(int column) => WidestOf(column) + gap;
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

    private void Write(Terminal terminal, IReadOnlyList<int> columns, int gap)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in columns.Select(c => headings[c]))
        {
            var column = new TableColumn(new Text(heading.TrimStart('>', '~'))) { NoWrap = heading is not ['~', ..] };
            column.Padding = new Padding(gap - 2, 0, 1, 0); // the border is a blank
            table.AddColumn(heading is ['>', ..] ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
        {
            table.AddRow(columns.Select(c => new Text(row[c])));
        }

        terminal.Out.Write(table);
    }

    private int WidestOf(int column)
    {
        var texts = _rows.Select(row => row[column]).Append(headings[column].TrimStart('>', '~'));
        int widest = texts.SelectMany(text => text.Split('\n')).Max(line => line.Length);
        return headings[column] is ['~', ..] ? Math.Min(widest, LeastSentence) : widest;
    }
}
