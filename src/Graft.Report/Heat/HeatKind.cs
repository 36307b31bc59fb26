namespace Graft.Report.Heat;

/// <summary>What a place of the heat map holds.</summary>
public enum HeatKind
{
    /// <summary>At least one finished trial.</summary>
    Measured,

    /// <summary>No finished trial, and one that failed.</summary>
    Failed,

    /// <summary>No finished trial yet.</summary>
    Pending,

    /// <summary>The position cannot hold the operation.</summary>
    Unavailable,

    /// <summary>The plan does not ask for it.</summary>
    NotPlanned,
}
