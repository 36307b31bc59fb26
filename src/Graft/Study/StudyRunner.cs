using System.Collections.Concurrent;
using Graft.Steps;
using Graft.Workspaces;

namespace Graft.Study;

/// <summary>
/// Runs a study's steps that have no result yet: the teacher, then the candidates' distillation, then predictors and then trials, side by side. Steps that another process is at are
/// waited for. A failed step fails those that need it and leaves the others alone.
/// </summary>
public sealed class StudyRunner
{
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(300);

    // Candidates that are distilled together hold parameters, gradients and two moments of Adam: 16 bytes a parameter, 1.6 GB in all.
    private const long ParametersPerGroup = 100_000_000;

    private readonly Workspace _workspace;
    private readonly StudyGraph _graph;
    private readonly IJobRunner _runner;
    private readonly StudyThreads _threads;
    private readonly IStudyObserver _observer;
    private readonly Dictionary<string, Step> _steps;
    private readonly ConcurrentDictionary<string, StoredStep> _ended = [];
    private readonly Lock _observing = new();

    /// <param name="workspace">Where results are stored.</param>
    /// <param name="graph">The study.</param>
    /// <param name="runner">Runs the jobs.</param>
    /// <param name="threads">How the cores are divided. Results depend on it in their last bits.</param>
    /// <param name="observer">Is told how it goes.</param>
    public StudyRunner(Workspace workspace, StudyGraph graph, IJobRunner runner, StudyThreads threads, IStudyObserver observer)
    {
        _workspace = workspace;
        _graph = graph;
        _runner = runner;
        _threads = threads;
        _observer = observer;
        _steps = graph.Steps.ToDictionary(s => s.Key);
    }

    /// <summary>Runs what is left. Afterwards every step is done or failed.</summary>
    /// <exception cref="GraftException">Something beyond a step is wrong: a full disk, a workspace that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was finished is kept.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _workspace.Steps.Declare(_steps.Values.Select(s => (s.Key, s.Kind, s.ToJson())));
        _workspace.Steps.ResetFailed(_steps.Keys);
        foreach (var stored in _workspace.Steps.FindAll(_steps.Keys).Values.Where(s => s.State == StepState.Done))
        {
            End(stored);
        }

        await RunAsync([new([_graph.Teacher.Key], _threads.Alone)], lanes: 1, cancellation);
        await RunAsync(DistillationJobs(), lanes: 1, cancellation);
        await RunAsync(_graph.Predictors.Concat<Step>(_graph.Similarities).Select(s => new Job([s.Key], _threads.PerWorker)), _runner.Parallelism, cancellation);
        await RunAsync(_graph.Trials.Select(t => new Job([t.Key], _threads.PerWorker)), _runner.Parallelism, cancellation);
    }

    private IEnumerable<Job> DistillationJobs()
    {
        var parameters = _graph.Cells.DistinctBy(c => (c.Position.Index, c.Operation.Unmodified)).ToDictionary(c => (c.Position.Index, c.Operation.Unmodified.Text), c => c.OperationParameters);
        var group = new List<string>();
        long size = 0;
        foreach (var step in _graph.Distillations)
        {
            group.Add(step.Key);
            size += parameters[(step.Position, step.Operation)];
            if (size >= ParametersPerGroup)
            {
                yield return new(group, _threads.Alone);
                group = [];
                size = 0;
            }
        }

        if (group.Count > 0)
        {
            yield return new(group, _threads.Alone);
        }
    }

    private async Task RunAsync(IEnumerable<Job> jobs, int lanes, CancellationToken cancellation)
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

    private void Observe(Action<IStudyObserver> tell)
    {
        lock (_observing)
        {
            tell(_observer);
        }
    }

    private sealed class Relay(StudyRunner study, Job job) : IProgress<StepProgress>
    {
        public void Report(StepProgress value)
        {
            foreach (string key in job.Keys)
            {
                study.Observe(o => o.Progressed(study._steps[key], value));
            }
        }
    }
}
