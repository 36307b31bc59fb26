using Graft.Engine;

namespace Graft.Steps;

/// <summary>Runs jobs one after another in this process.</summary>
/// <param name="executor">Runs the steps.</param>
public sealed class LocalJobRunner(StepExecutor executor) : IJobRunner
{
    private readonly SemaphoreSlim _place = new(1);

    /// <inheritdoc/>
    public int Parallelism => 1;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, StepOutcome>> RunAsync(Job job, IProgress<StepProgress> progress, CancellationToken cancellation)
    {
        await _place.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => executor.Run(job.Keys, job.Threads, progress, cancellation), cancellation);
        }
        finally
        {
            _place.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }
}
