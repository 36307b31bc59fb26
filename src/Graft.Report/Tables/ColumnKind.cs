namespace Graft.Report.Tables;

/// <summary>What a column holds, and so where its cells stand: those of words begin at the left, those of numbers end at the right.</summary>
public enum ColumnKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A word.</summary>
    Word,

    /// <summary>What the row is about, or a part of that: the heading of the card that the row is on a narrow screen.</summary>
    Name,

    /// <summary>The same, where the name says nothing without the column's heading, e.g. <c>7</c> below "Position".</summary>
    LabelledName,
}
