using System.Threading.Channels;

namespace Graft.Engine;

/// <summary>What an executor has to tell of its batches, until it is asked for. Thread-safe.</summary>
internal sealed class ExecutorNews
{
    private readonly Channel<ExecutorEvent> _news = Channel.CreateUnbounded<ExecutorEvent>();

    /// <summary>Waits for the next news.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValueTask<ExecutorEvent> NextAsync(CancellationToken cancellation) => _news.Reader.ReadAsync(cancellation);

    /// <summary>Takes how far a batch has come.</summary>
    public IProgress<StepProgress> ProgressOf(StepBatch batch) => new Relay(_news.Writer, batch);

    /// <summary>A batch has ended.</summary>
    public void Ended(StepBatch batch, IReadOnlyDictionary<string, StepOutcome> outcomes) => _news.Writer.TryWrite(new BatchEnded(batch, outcomes));

    /// <summary>A batch was aborted.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="error">Why; one that nobody foresaw becomes a <see cref="RunException"/>.</param>
    public void Aborted(StepBatch batch, Exception error) =>
        _news.Writer.TryWrite(new BatchAborted(batch, error as GraftException ?? new RunException(error.Message, error)));

    private sealed class Relay(ChannelWriter<ExecutorEvent> news, StepBatch batch) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => news.TryWrite(new BatchProgressed(batch, value));
    }
}
