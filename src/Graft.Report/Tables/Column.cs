using Microsoft.AspNetCore.Components;

namespace Graft.Report.Tables;

/// <summary>A column of a table.</summary>
/// <typeparam name="TRow">What a row is about.</typeparam>
/// <param name="Heading">The heading, with the unit.</param>
/// <param name="Text">A row's cell in plain text; empty or <see cref="Format.None"/> where there is nothing to show.</param>
/// <param name="Kind">What it holds.</param>
public sealed record Column<TRow>(string Heading, Func<TRow, string> Text, ColumnKind Kind = ColumnKind.Number)
{
    /// <summary>What is drawn in place of the plain text; null for that.</summary>
    public RenderFragment<TRow>? Cell { get; init; }

    /// <summary>More style classes of its cells; may be empty.</summary>
    public string Style { get; init; } = "";

    /// <summary>Whether it says what a row is about.</summary>
    public bool IsName => Kind is ColumnKind.Name or ColumnKind.LabelledName;

    /// <summary>Whether any row has something to show in it.</summary>
    public bool HasValues(IEnumerable<TRow> rows) => rows.Any(row => Text(row) is not ("" or Format.None));

    /// <summary>The style classes of its heading.</summary>
    public string HeadingClass => Kind == ColumnKind.Number ? "" : "word";

    /// <summary>The style classes of its cells.</summary>
    public string CellClass => string.Join(" ", new[] { HeadingClass, IsName ? "name" : "", Style }.Where(name => name.Length > 0));
}
