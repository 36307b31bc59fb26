using System.Collections.Concurrent;

namespace Graft.Engine.Local;

/// <summary>
/// Runs batches in worker processes, which share the machine's cores and the workspace. A worker that dies (killed, out of memory) costs its batch another
/// attempt from the last checkpoint; at a step's second death, in this batch or a later one, the batch's steps count as failed, but for those that another
/// process holds, and the others go on.
/// </summary>
internal sealed class WorkerPool : IExecutor
{
    private readonly CoreAllocation _cores;
    private readonly Func<WorkerProcess> _start;
    private readonly IWorkspace _workspace;
    private readonly Stack<WorkerProcess> _idle = [];
    private readonly Lock _idling = new();
    private readonly ExecutorNews _news = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<StepBatch, Task> _running = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, int> _deaths = []; // of workers that ran a step, by its key
    private readonly ConcurrentDictionary<string, bool> _dead = []; // what the record calls workers that died

    /// <param name="cores">How the machine's cores are divided among the processes.</param>
    /// <param name="start">Starts one; called when a batch needs it.</param>
    /// <param name="workspace">Where it is recorded that steps failed, and who holds them.</param>
    public WorkerPool(CoreAllocation cores, Func<WorkerProcess> start, IWorkspace workspace)
    {
        _cores = cores;
        _start = start;
        _workspace = workspace;
    }

    /// <inheritdoc/>
    public bool HasRoomFor(ThreadDemand demand) => demand == ThreadDemand.Share
        ? _running.Count < _cores.Workers && _running.Keys.All(b => b.Demand == ThreadDemand.Share)
        : _running.Count == 0;

    /// <inheritdoc/>
    public void Submit(StepBatch batch) => _running[batch] = RunAsync(batch);

    /// <inheritdoc/>
    public async ValueTask<ExecutorEvent> NextAsync(CancellationToken cancellation)
    {
        var news = await _news.NextAsync(cancellation);
        if (news is not BatchProgressed && _running.Remove(news.Batch, out var ended))
        {
            await ended;
        }

        return news;
    }

    /// <inheritdoc/>
    public async ValueTask CancelAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Values);
        _running.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CancelAsync();
        foreach (var worker in _idle)
        {
            await worker.DisposeAsync();
        }

        _stop.Dispose();
    }

    // Ends with news, whatever happens.
    private async Task RunAsync(StepBatch batch)
    {
        WorkerProcess? worker = null;
        try
        {
            IReadOnlyDictionary<string, StepOutcome>? outcomes = null;
            while (outcomes is null)
            {
                worker = await TakeAsync();
                outcomes = await worker.RunAsync(new(batch.Keys, _cores.ThreadsFor(batch.Demand)), _news.ProgressOf(batch), _stop.Token);
                if (outcomes is null)
                {
                    string death = await worker.DescribeDeathAsync();
                    _dead[StepExecutor.HolderOf(worker.Id)] = true;
                    await worker.DisposeAsync();
                    worker = null;
                    int deaths = batch.Keys.Max(key => _deaths.AddOrUpdate(key, 1, (_, before) => before + 1));
                    outcomes = deaths < 2 ? null : batch.Keys.ToDictionary(key => key, key => Fail(key, death));
                }
            }

            foreach (string key in outcomes.Where(o => o.Value == StepOutcome.Done).Select(o => o.Key))
            {
                _deaths.TryRemove(key, out _);
            }

            Release(worker);
            _news.Ended(batch, outcomes);
        }
        catch (Exception e)
        {
            // What state the process is in is unknown: the next batch gets a new one.
            await (worker?.DisposeAsync() ?? ValueTask.CompletedTask);
            _news.Aborted(batch, e);
        }
    }

    // Locks end with their holder, but leases (PostgreSQL) outlive it for a while: then the record says whether it was a worker of this pool.
    private StepOutcome Fail(string key, string death)
    {
        using var free = _workspace.Locks.TryLock(key);
        if (free is null && !_dead.ContainsKey(_workspace.Steps.Find(key)?.Holder ?? ""))
        {
            return StepOutcome.Busy;
        }

        return _workspace.Steps.Fail(key, death, 0) ? StepOutcome.Failed : StepOutcome.Done;
    }

    // One that died while it was idle costs nothing an attempt.
    private async Task<WorkerProcess> TakeAsync()
    {
        while (TryPopIdle() is { } idle)
        {
            if (!idle.HasEnded)
            {
                return idle;
            }

            await idle.DisposeAsync();
        }

        return await Task.Run(_start);
    }

    private WorkerProcess? TryPopIdle()
    {
        lock (_idling)
        {
            return _idle.TryPop(out var worker) ? worker : null;
        }
    }

    private void Release(WorkerProcess? worker)
    {
        lock (_idling)
        {
            if (worker is not null)
            {
                _idle.Push(worker);
            }
        }
    }
}
