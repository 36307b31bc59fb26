using System.Threading.Channels;

namespace Graft.Engine;

/// <summary>Runs batches one after another in this process: for scripts, tests and debugging, and where no worker processes can be started.</summary>
/// <param name="executor">Runs the steps.</param>
/// <param name="cores">Gives the threads that steps ask for.</param>
internal sealed class InProcessExecutor(StepExecutor executor, CoreAllocation cores) : IExecutor
{
    private readonly Channel<ExecutorEvent> _news = Channel.CreateUnbounded<ExecutorEvent>();
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
        var news = await _news.Reader.ReadAsync(cancellation);
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
            var outcomes = executor.Run(batch.Keys, cores.ThreadsFor(batch.Demand), new Relay(_news.Writer, batch), _stop.Token);
            _news.Writer.TryWrite(new BatchEnded(batch, outcomes));
        }
        catch (Exception e)
        {
            _news.Writer.TryWrite(new BatchAborted(batch, e as GraftException ?? new RunException(e.Message, e)));
        }
    }

    private sealed class Relay(ChannelWriter<ExecutorEvent> news, StepBatch batch) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => news.TryWrite(new BatchProgressed(batch, value));
    }
}
