namespace Graft.Engine;

/// <summary>
/// How a machine's cores are divided: steps that ask for a share run side by side in workers of few threads, which waste none of them on waiting for one
/// another.
/// </summary>
/// <param name="Workers">How many steps run side by side.</param>
/// <param name="ThreadsPerWorker">Threads of each.</param>
/// <param name="AllThreads">Threads of a step that runs alone.</param>
internal sealed record CoreAllocation(int Workers, int ThreadsPerWorker, int AllThreads)
{
    /// <summary>Divides the cores among workers; one worker for each core where none are asked for.</summary>
    /// <exception cref="ConfigurationException">Fewer than one worker is asked for, or more than 1024.</exception>
    public static CoreAllocation Divide(int cores, int? workers) => workers is < 1 or > 1024
        ? throw new ConfigurationException(Invariant($"the number of workers is {workers}; it must be from 1 to 1024."))
        : new(workers ?? cores, Math.Max(1, cores / (workers ?? cores)), cores);

    /// <summary>The threads of a step that asks for so much.</summary>
    public int ThreadsFor(ThreadDemand demand) => demand == ThreadDemand.Share ? ThreadsPerWorker : AllThreads;
}
