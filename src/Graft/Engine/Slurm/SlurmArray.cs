namespace Graft.Engine.Slurm;

/// <summary>An array of tasks that ask for the same and wait for the same.</summary>
/// <param name="Demand">What part of a machine each asks for.</param>
/// <param name="Kind">The kind of step.</param>
/// <param name="Tasks">The steps of each task.</param>
/// <param name="After">The tasks of arrays before it that it waits for, by the index of the array.</param>
/// <param name="AfterKnown">What it waits for that Slurm knows already: <c>1234_5</c>.</param>
internal sealed record SlurmArray(
    ThreadDemand Demand,
    string Kind,
    IReadOnlyList<IReadOnlyList<string>> Tasks,
    IReadOnlyList<(int Array, IReadOnlyList<int> Tasks)> After,
    IReadOnlyList<string> AfterKnown)
{
    /// <summary>The value of <c>--dependency</c>; null where it waits for nothing.</summary>
    /// <param name="ids">Slurm's identifiers of the arrays before it.</param>
    /// <param name="sizes">How many tasks these have.</param>
    public string? Dependency(IReadOnlyList<string> ids, IReadOnlyList<int> sizes)
    {
        var all = After
            .SelectMany(a => a.Tasks.Count == sizes[a.Array] ? [ids[a.Array]] : a.Tasks.Select(task => Invariant($"{ids[a.Array]}_{task}")))
            .Concat(AfterKnown)
            .ToList();
        return all.Count == 0 ? null : $"afterok:{string.Join(":", all)}";
    }
}
