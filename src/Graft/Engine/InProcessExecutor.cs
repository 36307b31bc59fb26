namespace Graft.Engine;

/// <summary>Runs batches one after another in this process: for scripts, tests and debugging, and where no worker processes can be started.</summary>
/// <param name="executor">Runs the steps.</param>
/// <param name="cores">Gives the threads that steps ask for.</param>
internal sealed class InProcessExecutor(StepExecutor executor, CoreAllocation cores) : IExecutor
{
    private readonly ExecutorNews _news = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _running;

    /// <inheritdoc/>
    public bool HasRoomFor(ThreadDemand demand) => _running is null;

    /// <inheritdoc/>
    public void Submit(StepBatch batch) =>
        _running = Task.Factory.StartNew(() => Run(batch), _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public async ValueTask<ExecutorEvent> NextAsync(CancellationToken cancellation)
    {
        var news = await _news.NextAsync(cancellation);
        _running = news is BatchProgressed ? _running : null;
        return news;
    }

    /// <inheritdoc/>
    public async ValueTask CancelAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running ?? Task.CompletedTask);
        _running = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CancelAsync();
        _stop.Dispose();
    }

    private void Run(StepBatch batch)
    {
        try
        {
            var outcomes = executor.Run(batch.Keys, cores.ThreadsFor(batch.Demand), _news.ProgressOf(batch), _stop.Token);
            _news.Ended(batch, outcomes);
        }
        catch (Exception e)
        {
            _news.Aborted(batch, e);
        }
    }
}
