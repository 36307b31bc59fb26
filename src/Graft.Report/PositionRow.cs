namespace Graft.Report;

/// <summary>A position as the report names it.</summary>
/// <param name="Index">The position, from 1, or the run of positions.</param>
/// <param name="Path">Its module path; empty where the study does not say.</param>
public sealed record PositionRow(Place Index, string Path);
