namespace Graft.Engine;

/// <summary>Runs jobs: steps that are run together, by one process at a time.</summary>
public interface IJobRunner : IAsyncDisposable
{
    /// <summary>How many jobs can run side by side.</summary>
    int Parallelism { get; }

    /// <summary>Runs a job; waits for a free place first.</summary>
    /// <param name="job">The steps' keys and how many threads they may use.</param>
    /// <param name="progress">Is told how far the job has come.</param>
    /// <param name="cancellation">Ends the job; checkpoints are kept.</param>
    /// <exception cref="GraftException">Something beyond the job's own steps is wrong.</exception>
    Task<IReadOnlyDictionary<string, StepOutcome>> RunAsync(Job job, IProgress<StepProgress> progress, CancellationToken cancellation);
}
