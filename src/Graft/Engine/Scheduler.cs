namespace Graft.Engine;

/// <summary>
/// Runs the steps of a job that have no result yet as the graph that they are: a step is ready when all that it needs is done, and ready steps are submitted in
/// the order of the job as the executor has room. Steps that another process holds are waited for. A failed step fails those that stand on it and leaves the
/// others alone. A result whose files are gone or damaged is made again where a step that is left needs it; if it comes out otherwise than before, so are the
/// results that stand on it.
/// </summary>
internal sealed class Scheduler : IStepResults
{
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(300);

    private readonly IWorkspace _workspace;
    private readonly StepKinds _kinds;
    private readonly StepServices _services;
    private readonly IExecutor _executor;
    private readonly IStepObserver _observer;
    private readonly TimeProvider _time;
    private readonly HashSet<Step> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Node> _nodes = [];
    private readonly SortedSet<Node> _ready = new(Comparer<Node>.Create((a, b) => a.Order.CompareTo(b.Order)));
    private readonly HashSet<Node> _busy = []; // held by other processes
    private readonly HashSet<Node> _named = []; // of which the observer knows that they were
    private readonly HashSet<string> _sound = []; // whose files were looked at
    private IStepSource? _source;
    private Task<ExecutorEvent>? _next;
    private int _running, _left;

    /// <param name="workspace">Where results are stored.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="services">What they use beside their specifications.</param>
    /// <param name="executor">Runs the batches.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="time">The clock.</param>
    public Scheduler(IWorkspace workspace, StepKinds kinds, StepServices services, IExecutor executor, IStepObserver observer, TimeProvider time)
    {
        _workspace = workspace;
        _kinds = kinds;
        _services = services;
        _executor = executor;
        _observer = observer;
        _time = time;
    }

    /// <inheritdoc/>
    public StoredStep? Ended(string key) => _nodes.GetValueOrDefault(key)?.Stored;

    /// <summary>Runs what is left of a job. Afterwards every step that it names is done or failed.</summary>
    /// <param name="source">The job.</param>
    /// <param name="cancellation">Ends it; what was finished is kept.</param>
    /// <exception cref="GraftException">Something beyond a step is wrong: a full disk, a workspace that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(IStepSource source, CancellationToken cancellation)
    {
        _source = source;
        try
        {
            while (true)
            {
                while (Declare(source.Steps(this)))
                {
                    // what has a result already may make more steps known
                }

                Submit();
                if (_running == 0 && _busy.Count == 0)
                {
                    break;
                }

                while (!await TakeNewsAsync(cancellation))
                {
                    Submit();
                }
            }
        }
        catch
        {
            await _executor.CancelAsync();
            throw;
        }

        if (_left > 0)
        {
            var stuck = _nodes.Values.First(n => n.Stored is null);
            throw new InvalidOperationException(
                $"'{stuck.Step.Title}' needs steps that the job does not name: {string.Join(", ", stuck.Needs.Except(_nodes.Keys))}."
            );
        }
    }

    // Takes in the steps that are new. Whether there were any.
    private bool Declare(IReadOnlyList<Step> steps)
    {
        var added = new List<Node>();
        foreach (var step in steps.Where(_seen.Add))
        {
            var node = new Node(step, _nodes.Count);
            if (_nodes.TryAdd(node.Key, node))
            {
                added.Add(node);
            }
        }

        if (added.Count == 0)
        {
            return false;
        }

        _left += added.Count;
        _workspace.Steps.Declare(added.Select(n => (n.Key, n.Step.Kind, n.Step.ToJson())));
        _workspace.Steps.ResetFailed([.. added.Select(n => n.Key)]);
        var stored = _workspace.Steps.FindAll([.. added.SelectMany(n => n.Needs.Append(n.Key))]);
        foreach (var node in added.Where(n => stored[n.Key].State == StepState.Done))
        {
            node.Stored = stored[node.Key];
        }

        foreach (var node in added)
        {
            node.Needs.Select(_nodes.GetValueOrDefault).OfType<Node>().ToList().ForEach(needed => needed.Dependents.Add(node));
        }

        _observer.Declared([.. added.Select(n => n.Step)]);
        ReopenOutdated(added);
        added.ForEach(CheckFilesOfNeeds);
        foreach (var node in added)
        {
            if (node.Stored is { } done)
            {
                _left--;
                node.Reported = true;
                _observer.Ended(node.Step, done, StepEnding.WasThere);
            }
            else
            {
                Await(node, stored);
            }
        }

        return true;
    }

    // Notes what a step waits for, or that it is ready.
    private void Await(Node node, IReadOnlyDictionary<string, StoredStep> stored)
    {
        foreach (string need in node.Needs)
        {
            if (!_nodes.TryGetValue(need, out var needed))
            {
                if (stored.GetValueOrDefault(need)?.State != StepState.Done) // else of another job
                {
                    node.Missing.Add(need);
                }
            }
            else if (needed.Stored is null)
            {
                node.Missing.Add(need);
            }
        }

        MakeReady(node);
    }

    // Has a step run next, or fail, if nothing stands in the way: it has not ended, does not run, here or elsewhere, and waits for nothing.
    private void MakeReady(Node node)
    {
        if (node.Stored is not null || node.IsRunning || _busy.Contains(node))
        {
            return;
        }

        if (node.Needs.Any(need => _nodes.GetValueOrDefault(need)?.Stored is { State: StepState.Failed }))
        {
            FailFor(node);
        }
        else if (node.Missing.Count == 0)
        {
            _ready.Add(node);
        }
    }

    private void CheckFilesOfNeeds(Node node)
    {
        foreach (var needed in node.Stored is null ? node.Needs.Select(_nodes.GetValueOrDefault).OfType<Node>() : [])
        {
            if (needed.Stored is { State: StepState.Done } done && _sound.Add(needed.Key) && ArtifactCheck.FaultOf(done, _kinds, _workspace) is { } fault)
            {
                Reopen(needed, fault);
            }
        }
    }

    // Results that stand on others that were made again since, and came out otherwise. Another process may be at them already.
    private void ReopenOutdated(IEnumerable<Node> nodes)
    {
        var done = nodes.Where(n => n.Stored is { State: StepState.Done }).ToDictionary(n => n.Key);
        var now = _workspace.Steps.FindAll([.. done.Values.Where(n => n.Reported).Select(n => n.Key)]);
        foreach (var stored in now.Values.Where(s => s.State != StepState.Done))
        {
            bool isMade = stored.State == StepState.Running;
            Reopen(done[stored.Key], isMade ? $"{stored.Holder ?? "another process"} makes it again" : "another process had it made again");
        }

        foreach (var (key, fault) in ArtifactCheck.Outdated([.. done.Keys], _kinds, _workspace))
        {
            Reopen(done[key], fault);
        }
    }

    // Has a step that is done run again. What is left and stands on it, be it through others that are done, waits for it.
    private void Reopen(Node node, string fault)
    {
        if (node.Stored is not { } seen)
        {
            return; // reopened before, for another reason
        }

        ArtifactCheck.Invalidate(node.Step, seen, fault, _kinds, _workspace);
        bool hadEnded = node.Reported;
        (node.Stored, node.Reported) = (null, false);
        _observer.Invalidated(node.Step, fault, hadEnded);
        foreach (var left in LeftThatStandOn(node).ToList())
        {
            left.Missing.Add(node.Key);
            node.Dependents.Add(left);
            _ready.Remove(left);
        }

        CheckFilesOfNeeds(node);
        if (hadEnded)
        {
            _source?.Restart();
            _left++;
            Await(node, new Dictionary<string, StoredStep>());
        }
    }

    private static IEnumerable<Node> LeftThatStandOn(Node node) =>
        node.Dependents.SelectMany(dependent => dependent.Stored switch
        {
            null => [dependent],
            { State: StepState.Done } => LeftThatStandOn(dependent),
            _ => [],
        });

    private void Submit()
    {
        foreach (var node in _ready.ToList().Where(_ready.Contains))
        {
            var kind = _kinds.Of(node.Step);
            foreach (var batch in BatchesWith(node, kind))
            {
                if (!_executor.HasRoomFor(kind.Threads))
                {
                    return; // in the order of the job: what asks for the whole machine is not overtaken for ever by what asks for a share
                }

                ReopenOutdated(batch.SelectMany(s => _nodes[s.Key].Needs).Select(_nodes.GetValueOrDefault).OfType<Node>().Distinct());
                if (batch.Any(s => !_ready.Contains(_nodes[s.Key])))
                {
                    continue; // another process has a need of it made again
                }

                var keys = batch.Select(s => s.Key).ToList();
                foreach (var submitted in keys.Select(key => _nodes[key]))
                {
                    _ready.Remove(submitted);
                    submitted.IsRunning = true;
                }

                _running++;
                _executor.Submit(new(keys, kind.Threads));
                foreach (var started in batch)
                {
                    _observer.Started(started);
                }
            }
        }
    }

    private List<IReadOnlyList<Step>> BatchesWith(Node node, StepKind kind)
    {
        if (!_executor.HasRoomFor(kind.Threads) || kind.GroupOf(node.Step) is not { } shared)
        {
            return [[node.Step]];
        }

        var group = _ready.Where(n => n.Step.Kind == node.Step.Kind && shared.Equals(kind.GroupOf(n.Step))).Select(n => n.Step).ToList();
        return group.Count == 1 ? [group] : [.. kind.Batches(group, _services)];
    }

    // Waits for news and takes it in. Whether any step has ended, or may be tried again.
    private async Task<bool> TakeNewsAsync(CancellationToken cancellation)
    {
        switch (await NewsAsync(cancellation))
        {
            case BatchProgressed progressed:
                _observer.Progressed([.. progressed.Batch.Keys.Select(key => _nodes[key].Step)], progressed.Progress);
                return false;
            case BatchEnded ended:
                _running--;
                foreach (var stored in _workspace.Steps.FindAll(ended.Batch.Keys).Values)
                {
                    var node = _nodes[stored.Key];
                    node.IsRunning = false;
                    bool isBusy = ended.Outcomes[stored.Key] == StepOutcome.Busy;
                    if (!isBusy && stored.State.HasEnded())
                    {
                        End(node, stored, StepEnding.Ran);
                    }
                    else if (!isBusy)
                    {
                        MakeReady(node); // another process tries again what failed here
                    }
                    else if (_busy.Add(node) && _named.Add(node))
                    {
                        _observer.Waiting(node.Step, stored);
                    }
                }

                return true;
            case BatchAborted aborted:
                throw aborted.Error;
            default:
                return LookAfterBusy();
        }
    }

    // Null when it is time to look after steps that others hold.
    private async Task<ExecutorEvent?> NewsAsync(CancellationToken cancellation)
    {
        var waits = new List<Task>();
        if (_running > 0)
        {
            waits.Add(_next ??= _executor.NextAsync(cancellation).AsTask());
        }

        if (_busy.Count > 0)
        {
            waits.Add(Task.Delay(BusyDelay, _time, cancellation));
        }

        if (await Task.WhenAny(waits) is { } first && first != _next)
        {
            await first;
            return null;
        }

        var news = _next!;
        _next = null;
        return await news;
    }

    // Steps that others hold: what has ended meanwhile ends here, and what nobody holds any more is ready again. Whether there was any.
    private bool LookAfterBusy()
    {
        int before = _busy.Count;
        foreach (var stored in _workspace.Steps.FindAll([.. _busy.Select(n => n.Key)]).Values)
        {
            var node = _nodes[stored.Key];
            if (stored.State.HasEnded())
            {
                _busy.Remove(node);
                End(node, stored, StepEnding.RanElsewhere);
            }
            else if (_workspace.Locks.TryLock(node.Key) is { } free)
            {
                free.Dispose();
                _busy.Remove(node);
                MakeReady(node);
            }
        }

        return _busy.Count != before;
    }

    private void End(Node node, StoredStep stored, StepEnding how)
    {
        _left--;
        node.Stored = stored;
        node.Reported = true;
        _observer.Ended(node.Step, stored, how);
        if (stored.State == StepState.Done)
        {
            ReopenOutdated(node.Dependents.Append(node));
        }

        foreach (var waiting in node.Stored is null ? [] : node.Dependents.Where(d => d.Missing.Remove(node.Key)).ToList())
        {
            MakeReady(waiting);
        }
    }

    // If something that a step needs has failed, so has the step: the first of its needs that did is named.
    private void FailFor(Node node)
    {
        var failed = node.Needs.Select(_nodes.GetValueOrDefault).First(n => n?.Stored is { State: StepState.Failed })!;
        StoredStep stored;
        do
        {
            _workspace.Steps.FailFor(node.Key, failed.Step, failed.Stored!);
            stored = _workspace.Steps.Find(node.Key)!;
        }
        while (!stored.State.HasEnded()); // another process may try again what failed, at any moment
        End(node, stored, StepEnding.NeedFailed);
    }

    private sealed class Node(Step step, int order)
    {
        public Step Step { get; } = step;

        public string Key { get; } = step.Key;

        public int Order { get; } = order;

        public IReadOnlyList<string> Needs { get; } = [.. step.Needs.Distinct()];

        /// <summary>What it waits for.</summary>
        public HashSet<string> Missing { get; } = [];

        /// <summary>Steps that need it, and steps that wait until it is made again because they need it through others.</summary>
        public HashSet<Node> Dependents { get; } = [];

        /// <summary>Whether it has been submitted and its batch has not ended.</summary>
        public bool IsRunning { get; set; }

        /// <summary>Its record, once it has ended.</summary>
        public StoredStep? Stored { get; set; }

        /// <summary>Whether the observer was told that it ended.</summary>
        public bool Reported { get; set; }
    }
}
