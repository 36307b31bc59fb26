namespace Graft.Engine;

/// <summary>Steps that are run together, in one process.</summary>
/// <param name="Keys">One step, or steps of one group.</param>
/// <param name="Demand">What part of a machine they ask for.</param>
internal sealed record StepBatch(IReadOnlyList<string> Keys, ThreadDemand Demand);
