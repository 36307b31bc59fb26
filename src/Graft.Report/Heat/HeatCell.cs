namespace Graft.Report.Heat;

/// <summary>One place of the heat map, ready to be drawn.</summary>
public sealed record HeatCell
{
    /// <summary>What it holds.</summary>
    public required HeatKind Kind { get; init; }

    /// <summary>The heading of its column, for where it stands without that; with the rows, where it spans several.</summary>
    public string? Label { get; init; }

    /// <summary>The text for a pointer that rests on it and for screen readers: the whole cell in words.</summary>
    public required string Title { get; init; }

    /// <summary>Mean accuracy in percent, with the standard deviation where there is one; or a word in place of a number.</summary>
    public required string Value { get; init; }

    /// <summary>Second line: number of finished trials and difference to the teacher in points; empty without a number.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether a trial of a cell that has numbers failed.</summary>
    public bool PartlyFailed { get; init; }

    /// <summary>Colours as CSS declarations; null for the page's own.</summary>
    public string? Style { get; init; }

    /// <summary>How many rows it spans.</summary>
    public int Rows { get; init; } = 1;
}
