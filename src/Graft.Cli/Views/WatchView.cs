using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Follows a job that other processes run, by what changes in the record.</summary>
internal sealed class WatchView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Terminal _terminal;
    private readonly IWorkspace _workspace;
    private readonly TimeProvider _time;
    private readonly StepKinds _kinds = Extensions.AllKinds();
    private readonly Dictionary<string, StepState> _states = []; // of the job's steps that the record has
    private readonly Func<string, int?>? _countActive;
    private long _sequence; // of the last change that was seen

    private WatchView(Terminal terminal, IWorkspace workspace, TimeProvider time, Func<string, int?>? countActive) =>
        (_terminal, _workspace, _time, _countActive) = (terminal, workspace, time, countActive);

    /// <summary>Writes a line for each step that begins or ends, until all have ended or nobody works on it any more.</summary>
    public static Task FollowAsync(Terminal terminal, IWorkspace workspace, string id, TimeProvider time, CancellationToken cancellation)
    {
        bool onCluster = workspace is PostgresWorkspace shared && shared.Submissions.Find(ClusterJobs.Find(workspace, id).Steps).Count > 0;
        return FollowAsync(terminal, workspace, id, time, onCluster ? job => ClusterJobs.CountActive(job, time) : null, cancellation);
    }

    /// <summary>The same, with what tells how many tasks of a job a cluster has: null where that cannot be asked; no function where it never had it.</summary>
    internal static Task FollowAsync(
        Terminal terminal, IWorkspace workspace, string id, TimeProvider time, Func<string, int?>? countActive, CancellationToken cancellation) =>
        new WatchView(terminal, workspace, time, countActive).FollowAsync(id, cancellation);

    private async Task FollowAsync(string id, CancellationToken cancellation)
    {
        long lastChange = _time.GetTimestamp();
        bool isFirst = true, hadEnded = false;
        while (true)
        {
            var job = ClusterJobs.Find(_workspace, id);
            if (Update(job.Steps, isFirst))
            {
                lastChange = _time.GetTimestamp();
            }

            isFirst = false;
            bool ended = job.Steps.Count > 0 && job.Steps.All(key => _states.GetValueOrDefault(key).HasEnded());
            bool works = _states.ContainsValue(StepState.Running);
            int? active = works ? null : _countActive?.Invoke(job.Id);
            if (active > 0)
            {
                await Task.Delay(5 * Interval, _time, cancellation); // it waits in a queue, or finds out what is to come
                continue;
            }

            if (ended && hadEnded) // twice: what has ended may name steps that follow
            {
                _terminal.WriteProgress(Invariant($"[{job.Steps.Count}/{job.Steps.Count}] ended"));
                return;
            }

            if (!ended && !works && (active == 0 || _time.GetElapsedTime(lastChange) > Liveness.Patience))
            {
                string words = _countActive is not null && active is null
                    ? "no step runs, and whether Slurm has more of it cannot be asked here"
                    : "nobody works on it any more; the command that began it goes on where it was";
                _terminal.WriteProgress(Invariant($"[{CountEnded()}/{job.Steps.Count}] {words}"));
                return;
            }

            hadEnded = ended;
            await Task.Delay(Interval, _time, cancellation);
        }
    }

    // Reads what changed and what may have fallen silent; whether there was any sign of life. What had ended before is not told.
    private bool Update(IReadOnlyList<string> steps, bool isFirst)
    {
        var changed = _workspace.Steps.ChangedSince(_sequence);
        var keys = steps.ToHashSet();
        var others = _workspace.Steps.FindAll([.. keys.Where(key => !_states.TryGetValue(key, out var state) || state == StepState.Running)]).Values;
        bool any = false;
        foreach (var stored in changed.Where(s => keys.Contains(s.Key)).Concat(others))
        {
            if (_states.TryGetValue(stored.Key, out var before) && before == stored.State)
            {
                continue;
            }

            any |= stored.State != StepState.Interrupted;
            _states[stored.Key] = stored.State;
            if (stored.State == StepState.Running || !isFirst)
            {
                Write(stored, steps.Count);
            }
        }

        _sequence = Math.Max(_sequence, changed.Select(s => s.Sequence).DefaultIfEmpty().Max());
        return any;
    }

    private int CountEnded() => _states.Values.Count(s => s.HasEnded());

    private void Write(StoredStep stored, int steps)
    {
        string? words = stored.State switch
        {
            StepState.Running => $"running ({stored.Holder})",
            StepState.Done => Invariant($"{_kinds.Find(stored.Kind).Summarize(stored.Result!)} ({Format.Duration(stored.Seconds)})"),
            StepState.Failed => $"failed: {stored.Error}",
            StepState.Interrupted => "interrupted",
            _ => null,
        };
        if (words is not null)
        {
            _terminal.WriteProgress(Invariant($"[{CountEnded()}/{steps}] {_kinds.TitleOf(stored, _workspace.Steps)}: {words}"));
        }
    }
}
