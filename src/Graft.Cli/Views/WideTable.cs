namespace Graft.Cli.Views;

/// <summary>A table of short cells that may have more columns than the terminal has room for: it continues below, with the leading columns repeated.</summary>
/// <param name="keys">How many leading columns name a row.</param>
/// <param name="headings">The columns' headings, as <see cref="Tables.Create"/> takes them.</param>
internal sealed class WideTable(int keys, params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public void AddRow(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public void Write(Terminal terminal)
    {
        int room = terminal.Out.Profile.Width - 1 - Enumerable.Range(0, keys).Sum(Width); // one column of a table is its left edge
        var block = new List<int>();
        for (int column = keys; column < headings.Count; column++)
        {
            if (block.Count > 0 && block.Append(column).Sum(Width) > room)
            {
                Write(terminal, block);
                block.Clear();
            }

            block.Add(column);
        }

        Write(terminal, block);
    }

    private void Write(Terminal terminal, List<int> block)
    {
        int[] columns = [.. Enumerable.Range(0, keys), .. block];
        var table = Tables.Create(columns.Select(c => headings[c]));
        foreach (var row in _rows)
        {
            Tables.AddRow(table, columns.Select(c => row[c]));
        }

        terminal.Out.Write(table);
    }

    // With a blank on both sides and the border to its right.
    private int Width(int column) =>
        _rows.Select(row => row[column]).Append(headings[column].TrimStart('>')).SelectMany(text => text.Split('\n')).Max(line => line.Length) + 3;
}
