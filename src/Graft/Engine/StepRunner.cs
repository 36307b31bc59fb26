using System.Collections.Concurrent;
using Graft.Engine.Local;

namespace Graft.Engine;

/// <summary>
/// Runs jobs of steps that have no result yet, side by side. Steps that another process is at are waited for. A failed step fails those that need it and leaves the
/// others alone.
/// </summary>
public sealed class StepRunner
{
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(300);

    private readonly Workspace _workspace;
    private readonly IJobRunner _runner;
    private readonly IStepObserver _observer;
    private readonly Dictionary<string, Step> _steps = [];
    private readonly ConcurrentDictionary<string, StoredStep> _ended = [];
    private readonly Lock _observing = new();

    /// <param name="workspace">Where results are stored.</param>
    /// <param name="runner">Runs the jobs.</param>
    /// <param name="observer">Is told how it goes.</param>
    public StepRunner(Workspace workspace, IJobRunner runner, IStepObserver observer)
    {
        _workspace = workspace;
        _runner = runner;
        _observer = observer;
    }

    /// <summary>Declares steps; those that failed before are pending again. What they need must be declared with them or before.</summary>
    public void Declare(IEnumerable<Step> steps)
    {
        var added = steps.Where(s => _steps.TryAdd(s.Key, s)).ToList();
        _workspace.Steps.Declare(added.Select(s => (s.Key, s.Kind, s.ToJson())));
        _workspace.Steps.ResetFailed([.. added.Select(s => s.Key)]);
        foreach (var stored in _workspace.Steps.FindAll([.. added.Select(s => s.Key)]).Values.Where(s => s.State == StepState.Done))
        {
            End(stored);
        }
    }

    /// <summary>Runs jobs of declared steps. Afterwards every one of these steps is done or failed.</summary>
    /// <param name="jobs">The jobs; what is done already is left out.</param>
    /// <param name="lanes">How many run side by side.</param>
    /// <param name="cancellation">Ends it; what was finished is kept.</param>
    /// <exception cref="GraftException">Something beyond a step is wrong: a full disk, a workspace that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(IEnumerable<Job> jobs, int lanes, CancellationToken cancellation)
    {
        var queue = new ConcurrentQueue<Job>(jobs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => DrainAsync(queue, stop)).ToList());
    }

    private async Task DrainAsync(ConcurrentQueue<Job> queue, CancellationTokenSource stop)
    {
        try
        {
            while (queue.TryDequeue(out var job))
            {
                var left = job.Keys.Where(key => !_ended.ContainsKey(key) && CanRun(_steps[key])).ToList();
                if (left.Count == 0)
                {
                    continue;
                }

                var busy = await RunJobAsync(job with { Keys = left }, stop.Token);
                if (busy.Count > 0)
                {
                    queue.Enqueue(job with { Keys = busy });
                    await Task.Delay(BusyDelay, stop.Token);
                }
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    // Runs a job and returns the keys of those of its steps that another process is at.
    private async Task<List<string>> RunJobAsync(Job job, CancellationToken cancellation)
    {
        foreach (string key in job.Keys)
        {
            Observe(o => o.Started(_steps[key]));
        }

        var outcomes = await _runner.RunAsync(job, new Relay(this, job), cancellation);
        foreach (var stored in _workspace.Steps.FindAll([.. job.Keys.Where(key => outcomes[key] != StepOutcome.Busy)]).Values)
        {
            End(stored);
        }

        return [.. job.Keys.Where(key => outcomes[key] == StepOutcome.Busy)];
    }

    // Whether all that a step needs is there; if something that it needs has failed, so has the step.
    private bool CanRun(Step step)
    {
        if (step.Needs.FirstOrDefault(need => _ended.TryGetValue(need, out var stored) && stored.State == StepState.Failed) is not { } failed)
        {
            return true;
        }

        _workspace.Steps.Fail(step.Key, $"needs '{_steps[failed].Title}', which failed: {_ended[failed].Error}", 0);
        End(_workspace.Steps.Find(step.Key)!);
        return false;
    }

    private void End(StoredStep stored)
    {
        if (_ended.TryAdd(stored.Key, stored))
        {
            Observe(o => o.Ended(_steps[stored.Key], stored));
        }
    }

    private void Observe(Action<IStepObserver> tell)
    {
        lock (_observing)
        {
            tell(_observer);
        }
    }

    private sealed class Relay(StepRunner runner, Job job) : IProgress<StepProgress>
    {
        public void Report(StepProgress value)
        {
            foreach (string key in job.Keys)
            {
                runner.Observe(o => o.Progressed(runner._steps[key], value));
            }
        }
    }
}
