namespace Graft.Report.Plots;

/// <summary>The shape of a series' points.</summary>
public enum MarkerKind
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>A square.</summary>
    Square,

    /// <summary>A triangle on its base.</summary>
    TriangleUp,

    /// <summary>A square on its corner.</summary>
    Diamond,

    /// <summary>A triangle on its tip.</summary>
    TriangleDown,
}
