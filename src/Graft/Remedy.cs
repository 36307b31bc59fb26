namespace Graft;

/// <summary>A setting that mends what an error or a remark tells of.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Value">The value that mends it; null where people have to choose one.</param>
public sealed record Remedy(Setting Setting, string? Value = null);
