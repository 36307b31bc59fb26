namespace Graft.Jobs.Studies;

/// <summary>How a study divides the cores: trials run side by side in workers of few threads, which waste none of them on waiting for one another.</summary>
/// <param name="Workers">Processes that run trials side by side.</param>
/// <param name="PerWorker">Threads of each.</param>
/// <param name="Alone">Threads of a step that runs alone: the teacher, the distillation.</param>
public sealed record StudyThreads(int Workers, int PerWorker, int Alone)
{
    /// <summary>Divides the cores among workers; one worker for each core where none are asked for.</summary>
    /// <exception cref="ConfigurationException">Fewer than one worker is asked for.</exception>
    public static StudyThreads Divide(int cores, int? workers) => workers is < 1 or > 1024
        ? throw new ConfigurationException(Invariant($"--workers is {workers}; it must be from 1 to 1024."))
        : new(workers ?? cores, Math.Max(1, cores / (workers ?? cores)), cores);
}
