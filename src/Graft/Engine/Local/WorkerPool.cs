using System.Threading.Channels;

namespace Graft.Engine.Local;

/// <summary>
/// Runs jobs in worker processes, which share the machine's cores and the workspace. A worker that dies (killed, out of memory) costs its job another attempt from
/// the last checkpoint; at the second death the job's steps count as failed and the others go on.
/// </summary>
public sealed class WorkerPool : IJobRunner
{
    private readonly Func<WorkerProcess> _start;
    private readonly Func<string, string, bool> _fail;
    private readonly Channel<WorkerProcess?> _idle = Channel.CreateUnbounded<WorkerProcess?>();

    /// <param name="workers">The number of processes.</param>
    /// <param name="start">Starts one; called when a job needs it.</param>
    /// <param name="fail">Records that a step failed, and why; answers whether it did (a finished step does not fail).</param>
    public WorkerPool(int workers, Func<WorkerProcess> start, Func<string, string, bool> fail)
    {
        Parallelism = workers;
        _start = start;
        _fail = fail;
        for (int i = 0; i < workers; i++)
        {
            _idle.Writer.TryWrite(null); // a place without a process yet
        }
    }

    /// <inheritdoc/>
    public int Parallelism { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, StepOutcome>> RunAsync(Job job, IProgress<StepProgress> progress, CancellationToken cancellation)
    {
        var worker = await _idle.Reader.ReadAsync(cancellation);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                worker ??= _start();
                if (await worker.RunAsync(job, progress, cancellation) is { } outcomes)
                {
                    return outcomes;
                }

                string death = await worker.DescribeDeathAsync();
                await worker.DisposeAsync();
                worker = null;
                if (attempt == 2)
                {
                    return job.Keys.ToDictionary(key => key, key => _fail(key, death) ? StepOutcome.Failed : StepOutcome.Done);
                }
            }
        }
        catch
        {
            // What state the process is in is unknown: the next job gets a new one.
            await (worker?.DisposeAsync() ?? ValueTask.CompletedTask);
            worker = null;
            throw;
        }
        finally
        {
            _idle.Writer.TryWrite(worker);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _idle.Writer.TryComplete();
        await foreach (var worker in _idle.Reader.ReadAllAsync())
        {
            await (worker?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
