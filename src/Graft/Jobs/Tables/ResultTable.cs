namespace Graft.Jobs.Tables;

/// <summary>A table of results as statistics programs read it: a row an observation, a column a variable, units in a data dictionary.</summary>
public sealed record ResultTable
{
    /// <summary>The unit of accuracies, errors and other parts of a whole.</summary>
    internal const string Fraction = "fraction";

    /// <summary>The meaning of columns that hold a place.</summary>
    internal const string PlaceMeaning = "A position, from 1, or a run of positions like 3-4.";

    /// <summary>Its name, which is also its file's, e.g. <c>cells</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What a row is.</summary>
    public required string Row { get; init; }

    /// <summary>The columns.</summary>
    public required IReadOnlyList<ResultColumn> Columns { get; init; }

    /// <summary>The values of each row, in the order of the columns: text, numbers, truth values, times, or null.</summary>
    public required IReadOnlyList<IReadOnlyList<object?>> Rows { get; init; }

    internal static ResultTable Of<T>(string name, string row, IEnumerable<T> rows, params IReadOnlyList<ResultColumn<T>> columns) => new()
    {
        Name = name,
        Row = row,
        Columns = [.. columns.Select(c => new ResultColumn(c.Name, c.Unit, c.Meaning))],
        Rows = [.. rows.Select(item => columns.Select(c => c.Value(item)).ToList())],
    };
}
