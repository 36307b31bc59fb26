using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Follows a job that other processes run, by what changes in the record.</summary>
internal static class WatchView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Writes a line for each step that begins or ends, until all have ended or nobody works on it any more.</summary>
    public static async Task FollowAsync(Terminal terminal, IWorkspace workspace, string id, TimeProvider time, CancellationToken cancellation)
    {
        var kinds = Extensions.AllKinds();
        var states = new Dictionary<string, StepState>();
        bool onCluster = workspace is PostgresWorkspace shared && shared.Submissions.Find(ClusterJobs.Find(workspace, id).Steps).Count > 0;
        long sequence = -1;
        while (true)
        {
            var job = ClusterJobs.Find(workspace, id);
            var changed = sequence < 0 ? workspace.Steps.FindAll(job.Steps).Values : workspace.Steps.ChangedSince(sequence);
            bool first = sequence < 0;
            foreach (var stored in changed.Where(s => job.Steps.Contains(s.Key)))
            {
                sequence = Math.Max(sequence, stored.Sequence);
                bool news = !states.TryGetValue(stored.Key, out var before) || before != stored.State;
                states[stored.Key] = stored.State;
                if (news && (stored.State == StepState.Running || !first))
                {
                    Write(terminal, kinds, stored, states, job.Steps.Count);
                }
            }

            sequence = Math.Max(sequence, 0);
            var now = workspace.Steps.FindAll(job.Steps).Values;
            bool ended = now.All(s => s.State is StepState.Done or StepState.Failed);
            bool idle = !ended && !now.Any(s => s.State == StepState.Running) && (onCluster || now.Any(s => s.State == StepState.Interrupted));
            if ((ended || idle) && onCluster && ClusterJobs.CountActive(job.Id, time) is not 0)
            {
                await Task.Delay(5 * Interval, time, cancellation); // it waits in a queue, or finds out what is to come
                continue;
            }

            if (ended)
            {
                terminal.WriteProgress(Invariant($"[{now.Count()}/{job.Steps.Count}] ended"));
                return;
            }

            if (idle)
            {
                terminal.WriteProgress("nobody works on it any more: what ran was interrupted; the command that began it goes on where it was");
                return;
            }

            await Task.Delay(Interval, time, cancellation);
        }
    }

    private static void Write(Terminal terminal, StepKinds kinds, StoredStep stored, Dictionary<string, StepState> states, int steps)
    {
        string title = kinds.Parse(stored.Specification).Title;
        int ended = states.Values.Count(s => s is StepState.Done or StepState.Failed);
        string? words = stored.State switch
        {
            StepState.Running => $"running ({stored.Holder})",
            StepState.Done => Invariant($"{kinds.Find(stored.Kind).Summarize(stored.Result!)} ({Format.Duration(stored.Seconds)})"),
            StepState.Failed => $"failed: {stored.Error}",
            StepState.Interrupted => "interrupted",
            _ => null,
        };
        if (words is not null)
        {
            terminal.WriteProgress(Invariant($"[{ended}/{steps}] {title}: {words}"));
        }
    }
}
