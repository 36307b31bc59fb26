namespace Graft.Engine;

/// <summary>
/// Where batches of steps run: worker processes, this process, a cluster. Batches are submitted and checked; the record holds their results, so an executor
/// that loses sight of one costs time, not results.
/// </summary>
internal interface IExecutor : IAsyncDisposable
{
    /// <summary>Whether there is room for a batch of that demand now.</summary>
    bool HasRoomFor(ThreadDemand demand);

    /// <summary>Begins to run a batch; there must be room for it.</summary>
    void Submit(StepBatch batch);

    /// <summary>Waits until there is news of a submitted batch, and returns it.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ValueTask<ExecutorEvent> NextAsync(CancellationToken cancellation);

    /// <summary>Ends all batches; checkpoints are kept.</summary>
    ValueTask CancelAsync();
}

/// <summary>News of a batch.</summary>
/// <param name="Batch">The batch.</param>
internal abstract record ExecutorEvent(StepBatch Batch);

/// <summary>A batch goes on.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Progress">How far it has come.</param>
internal sealed record BatchProgressed(StepBatch Batch, StepProgress Progress) : ExecutorEvent(Batch);

/// <summary>A batch has ended.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Outcomes">How each of its steps did.</param>
internal sealed record BatchEnded(StepBatch Batch, IReadOnlyDictionary<string, StepOutcome> Outcomes) : ExecutorEvent(Batch);

/// <summary>Something beyond the batch's own steps is wrong: a full disk, a workspace that cannot be used.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Error">What is wrong.</param>
internal sealed record BatchAborted(StepBatch Batch, GraftException Error) : ExecutorEvent(Batch);
