using System.Text.Json;
using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Runtime;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>
/// The inside of a task of a cluster: runs the steps of one task of an array, on the record that all tasks share. What is done already is left alone, what
/// another holds is waited for, and a full disk is waited out for ten minutes. It ends well once each of its steps is done or failed: then what stands on them
/// may run.
/// </summary>
/// <param name="Options">What it works on.</param>
/// <param name="Array">The file that has the steps of each task of the array.</param>
/// <param name="Threads">Threads to compute with.</param>
internal sealed record TaskProgram(WorkerOptions Options, string Array, int Threads)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(5);

    // Ten minutes in all.
    private static readonly IReadOnlyList<TimeSpan> StoragePauses =
    [
        .. new[] { 2, 5, 10, 20, 40 }.Concat(Enumerable.Repeat(60, 9)).Select(s => TimeSpan.FromSeconds(s)),
    ];

    /// <summary>Runs a task on the calling thread: let it be the process's first.</summary>
    /// <param name="task">The number of the task in the array.</param>
    /// <param name="owner">Who it is: the same name, with a higher number of the start, when it is started again.</param>
    /// <param name="log">Is told in a line each how it goes.</param>
    /// <param name="kinds">Kinds of step beside Graft's own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it with a checkpoint.</param>
    /// <exception cref="GraftException">Something beyond the steps is wrong: they are left for another try.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(int task, LeaseOwner owner, Action<string> log, IEnumerable<StepKind> kinds, TimeProvider time, CancellationToken cancellation)
    {
        var known = BuiltInKinds.Create(kinds);
        var keys = ReadKeys(task);
        using var imports = Options.RegisterImports();
        using var workspace = Workspaces.Open(Options.Workspace, null, time, owner);
        var executor = new Lazy<StepExecutor>(() => Options.CreateExecutor(workspace, known, time));
        int full = 0;
        while (LeftOf(keys, workspace, known) is [_, ..] left)
        {
            try
            {
                var outcomes = executor.Value.Run(left, Threads, null, cancellation);
                full = 0;
                foreach (var stored in workspace.Steps.FindAll(left).Values)
                {
                    log(Invariant($"{stored.Key} {known.TitleOf(stored, workspace.Steps)}: {Words(outcomes[stored.Key], stored)}"));
                }

                if (outcomes.Values.Contains(StepOutcome.Busy))
                {
                    Wait(BusyPause);
                }
            }
            catch (RunException e) when (StorageErrors.IsFull(e.InnerException) && full < StoragePauses.Count)
            {
                log(e.Message);
                Wait(StoragePauses[full++]);
            }
        }

        void Wait(TimeSpan pause) => Task.Delay(pause, time, cancellation).GetAwaiter().GetResult();
    }

    private static string Words(StepOutcome outcome, StoredStep stored) => outcome switch
    {
        StepOutcome.Busy => $"{stored.Holder ?? "another process"} is at it",
        StepOutcome.Failed => $"failed: {stored.Error}",
        _ => Invariant($"done ({stored.Seconds:0.0} s)"),
    };

    // The steps that have not ended. One that needs what has failed fails; one that needs what was never done cannot run.
    private static List<string> LeftOf(IReadOnlyList<string> keys, IWorkspace workspace, StepKinds kinds)
    {
        var left = new List<string>();
        foreach (var stored in workspace.Steps.FindAll(keys).Values.Where(s => !s.State.HasEnded()))
        {
            var needs = workspace.Steps.FindAll([.. kinds.Parse(stored.Specification).Needs]).Values.ToList();
            if (needs.FirstOrDefault(n => n.State == StepState.Failed) is { } failed)
            {
                workspace.Steps.FailFor(stored.Key, kinds.Parse(failed.Specification), failed);
                continue;
            }

            left.Add(needs.FirstOrDefault(n => n.State != StepState.Done) is not { } missing ? stored.Key : throw new RunException(
                $"{stored.Key} needs '{kinds.Parse(missing.Specification).Title}', whose task was lost. The command that submitted it submits both anew."));
        }

        return left;
    }

    private IReadOnlyList<string> ReadKeys(int task)
    {
        IReadOnlyList<IReadOnlyList<string>>? tasks = null;
        StorageErrors.Guard(Array, () =>
        {
            using var file = File.OpenRead(Array);
            tasks = JsonSerializer.Deserialize<IReadOnlyList<IReadOnlyList<string>>>(file);
        });
        return tasks is not null && task >= 0 && task < tasks.Count ? tasks[task] : throw new ConfigurationException(Invariant($"{Array} has no task {task}."));
    }
}
