namespace Graft.Engine;

/// <summary>Steps that are run together.</summary>
/// <param name="Keys">One step, or distillation steps of one group.</param>
/// <param name="Threads">Threads that torch computes with.</param>
public sealed record Job(IReadOnlyList<string> Keys, int Threads);
