namespace Graft.Engine.Postgres;

/// <summary>Who holds leases.</summary>
/// <param name="Name">A name of its own.</param>
/// <param name="Start">How many times it was started before: a later start of the same name takes over what an earlier one held.</param>
internal sealed record LeaseOwner(string Name, int Start)
{
    /// <summary>This process.</summary>
    public static LeaseOwner ThisProcess() => new(Invariant($"{Environment.MachineName}, process {Environment.ProcessId}, {Guid.NewGuid():N}"), 0);

    /// <summary>A task of a cluster.</summary>
    /// <param name="task">Its name, which stays the same when it is started again.</param>
    /// <param name="restarts">How many times it was started again.</param>
    public static LeaseOwner Task(string task, int restarts) => new(task, restarts);
}
