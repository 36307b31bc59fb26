namespace Graft.Analysis;

/// <summary>Why something cannot be computed.</summary>
/// <param name="Reason">In words, without a full stop.</param>
public sealed record NotComputable(string Reason);
