namespace Graft.Report;

/// <summary>A position as the report names it.</summary>
/// <param name="Index">The position, from 1, or the run of positions.</param>
/// <param name="Path">Its module path, of a run from the first to the last; empty where it is not known.</param>
public sealed record PositionRow(Place Index, string Path)
{
    /// <summary>Index and path, e.g. <c>1-2 · layer1.0 to layer1.1</c>.</summary>
    public string Name => Path.Length > 0 ? $"{Index} · {Path}" : $"{Index}";
}
