using System.Globalization;
using System.Text.Json;
using Graft.Runtime;

namespace Graft.Engine.Slurm;

/// <summary>What a job asks Slurm with.</summary>
internal sealed record SlurmRequest
{
    /// <summary>The job's identifier.</summary>
    public required string Job { get; init; }

    /// <summary>How the cluster is asked.</summary>
    public required SlurmProfile Profile { get; init; }

    /// <summary>The directory of the workspace.</summary>
    public required string Directory { get; init; }

    /// <summary>The program that runs a task of an array, given the file of the array and the number of threads.</summary>
    public required Func<string, int, IReadOnlyList<string>> TaskCommand { get; init; }

    /// <summary>The command to give again once all tasks have ended, given how many steps have ended so far; null for none.</summary>
    public Func<int, IReadOnlyList<string>>? NextCommand { get; init; }

    /// <summary>Whether steps that failed are tried again.</summary>
    public bool TriesFailed { get; init; } = true;

    /// <summary>How many steps had ended when the command was given before, by a job of the cluster; null where a person gives it.</summary>
    public int? EndedBefore { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Steps">Steps known so far.</param>
/// <param name="Ended">Of them, done or failed.</param>
/// <param name="Submitted">Of them, handed over now.</param>
/// <param name="Adopted">Of them, handed over before and waiting or running.</param>
/// <param name="Scripts">The scripts that were handed over, or would be.</param>
public sealed record SlurmSubmissionResult(int Steps, int Ended, int Submitted, int Adopted, IReadOnlyList<string> Scripts)
{
    /// <summary>Whether nothing is left to run.</summary>
    public bool HasEnded => Ended == Steps;
}

/// <summary>
/// Hands the steps of a job that have no result to Slurm, all that are known, each after those that it needs: the job goes on without the process that
/// submitted it. What Slurm has already is adopted. The record, not Slurm, says what is done. See docs/adr/0005-slurm.md.
/// </summary>
internal sealed class SlurmSubmission(
    IWorkspace workspace, ISubmissionRecord? submissions, StepKinds kinds, StepServices services, ISlurm slurm, TimeProvider time)
{
    /// <summary>The start of the names of all that Slurm has of a job.</summary>
    /// <param name="job">The job's identifier.</param>
    public static string NamesOf(string job) => $"graft-{job}-";

    /// <summary>Submits what is missing.</summary>
    /// <exception cref="GraftException">The workspace or Slurm cannot be used; another process submits the same; or nothing has ended since the cluster gave
    /// the command before.</exception>
    public SlurmSubmissionResult Submit(IStepSource source, SlurmRequest request)
    {
        using var alone = BeAlone(request.Job);
        var graph = Declare(source, request.TriesFailed);
        int ended = graph.Steps.Count - graph.Left.Count;
        if (graph.Left.Count == 0)
        {
            return new(graph.Steps.Count, ended, 0, 0, []);
        }

        var active = slurm.ActiveTasks();
        var known = Adopt(graph.Left, active);
        var missing = graph.Left.Where(s => !known.ContainsKey(s.Key)).ToList();
        if (missing.Count > 0 && request.EndedBefore is { } before && graph.Recorded <= before && known.Count == 0)
        {
            throw new RunException(
                Invariant(
                    $"no step of {request.Job} has ended since its tasks were submitted; they are not submitted once more. {LogsOf(request)} has what they printed; the same command tries again."
                )
            );
        }

        var names = new Names(request.Job, time);
        var scripts = new List<string>();
        var ids = new List<string>();
        var arrays = SlurmArrays.Of(missing, known, kinds, services, request.Profile.ArraySize);
        StorageErrors.Guard(LogsOf(request), () => System.IO.Directory.CreateDirectory(LogsOf(request)));
        foreach (var array in arrays)
        {
            string name = names.Next(), file = Path.Combine(request.Directory, "slurm", $"{name}.json");
            AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, array.Tasks));
            submissions!.Save([.. array.Tasks.SelectMany((keys, task) => keys.Select(key => new Submission(key, request.Job, name, task)))]);
            scripts.Add(ScriptOf(request, array, name, file, array.Dependency(ids, [.. arrays.Select(a => a.Tasks.Count)])));
            ids.Add(slurm.Submit(scripts[^1]));
        }

        SubmitNext(request, names, active, ids, known.Values, ended, scripts);
        return new(graph.Steps.Count, ended, missing.Count, known.Count, scripts);
    }

    /// <summary>The scripts that <see cref="Submit"/> would hand over if Slurm had none of the steps. Nothing is written.</summary>
    /// <param name="steps">The steps without a result.</param>
    /// <param name="request">How Slurm would be asked.</param>
    public IReadOnlyList<string> Preview(IReadOnlyList<Step> steps, SlurmRequest request)
    {
        var arrays = SlurmArrays.Of(steps, new Dictionary<string, string>(), kinds, services, request.Profile.ArraySize);
        string[] ids = [.. arrays.Select((_, i) => Invariant($"ARRAY{i + 1}"))];
        int[] sizes = [.. arrays.Select(a => a.Tasks.Count)];
        var scripts = arrays.Select((array, i) =>
        {
            string name = Invariant($"{NamesOf(request.Job)}{i + 1}");
            return ScriptOf(request, array, name, Path.Combine(request.Directory, "slurm", $"{name}.json"), array.Dependency(ids, sizes));
        }).ToList();
        if (request.NextCommand is { } next && arrays.Count > 0)
        {
            scripts.Add(SlurmScript.OfNext(request.Profile, $"{NamesOf(request.Job)}next", $"afterany:{string.Join(":", ids)}", next(0), LogsOf(request)));
        }

        return scripts;
    }

    private IDisposable BeAlone(string job)
    {
        for (int attempt = 0; attempt < 60; attempt++)
        {
            if (workspace.Locks.TryLock($"submit-{job}") is { } alone)
            {
                return alone;
            }

            Task.Delay(TimeSpan.FromSeconds(1), time).Wait();
        }

        throw new RunException($"{job} is being submitted by another process. Give the command again when that has ended.");
    }

    private static string LogsOf(SlurmRequest request) => Path.Combine(request.Directory, "slurm", "logs");

    private static string ScriptOf(SlurmRequest request, SlurmArray array, string name, string file, string? dependency) => SlurmScript.OfArray(
        request.Profile, name, array, dependency, request.TaskCommand(file, request.Profile.Threads(array.Demand)), LogsOf(request));

    private void SubmitNext(
        SlurmRequest request,
        Names names,
        IReadOnlyList<SlurmTask> active,
        IReadOnlyList<string> ids,
        IEnumerable<string> adopted,
        int ended,
        List<string> scripts
    )
    {
        if (request.NextCommand is not { } next)
        {
            return;
        }

        // One that waits was told to wait for less. One that runs is where this is run.
        slurm.Cancel([
            .. active
                .Where(t =>
                    t.Name.StartsWith(NamesOf(request.Job), StringComparison.Ordinal) && t.Name.EndsWith("-next", StringComparison.Ordinal) && !t.Runs
                )
                .Select(t => t.Id),
        ]);
        string dependency = $"afterany:{string.Join(":", ids.Concat(adopted.Select(id => id.Split('_')[0]).Distinct()))}";
        scripts.Add(SlurmScript.OfNext(request.Profile, $"{names.Next()}-next", dependency, next(ended), LogsOf(request)));
        slurm.Submit(scripts[^1]);
    }

    // The steps that Slurm has, and the tasks that are to run them.
    private Dictionary<string, string> Adopt(IReadOnlyList<Step> left, IReadOnlyList<SlurmTask> active)
    {
        var tasks = active.Where(t => t.Task is not null).DistinctBy(t => (t.Name, t.Task)).ToDictionary(t => (t.Name, t.Task!.Value), t => t.Id);
        return submissions!.Find([.. left.Select(s => s.Key)]).Values
            .Where(s => tasks.ContainsKey((s.Array, s.Task)))
            .ToDictionary(s => s.Step, s => tasks[(s.Array, s.Task)]);
    }

    // All steps that are known so far, and those of them that have not ended. What is done and lost its files, though another step needs them, has not ended,
    // nor has what stands on files that are others now: how many the record called ended before that was looked at tells whether there was progress.
    private (IReadOnlyList<Step> Steps, IReadOnlyList<Step> Left, int Recorded) Declare(IStepSource source, bool resetFailed)
    {
        var results = new RecordedResults(workspace.Steps);
        var known = new Dictionary<string, Step>();
        int recorded = 0;
        while (source.Steps(results).DistinctBy(s => s.Key).Where(s => !known.ContainsKey(s.Key)).ToList() is [_, ..] added)
        {
            added.ForEach(step => known.Add(step.Key, step));
            workspace.Steps.Declare(added.Select(s => (s.Key, s.Kind, s.ToJson())));
            if (resetFailed)
            {
                workspace.Steps.ResetFailed([.. added.Select(s => s.Key)]);
            }

            results.Load(added);
            recorded += added.Count(s => results.Ended(s.Key) is not null);
            if (Repair([.. known.Values], results))
            {
                source.Restart();
            }
        }

        IReadOnlyList<Step> steps = [.. known.Values];
        return (steps, [.. steps.Where(s => results.Ended(s.Key) is null)], recorded);
    }

    // Whether anything is to be made again.
    private bool Repair(IReadOnlyList<Step> steps, RecordedResults results)
    {
        var ended = steps.Select(s => results.Ended(s.Key)).OfType<StoredStep>().ToDictionary(s => s.Key);
        var unsound = ArtifactCheck.Unsound(steps, ended, kinds, workspace);
        foreach (var (step, fault) in unsound)
        {
            ArtifactCheck.Invalidate(step, ended[step.Key], fault, kinds, workspace);
            results.Forget(step.Key);
        }

        return unsound.Count > 0;
    }

    private sealed class RecordedResults(IStepRecord record) : IStepResults
    {
        private readonly Dictionary<string, StoredStep> _ended = [];

        public StoredStep? Ended(string key) => _ended.GetValueOrDefault(key);

        public void Load(IReadOnlyList<Step> steps)
        {
            foreach (var stored in record.FindAll([.. steps.Select(s => s.Key)]).Values.Where(s => s.State.HasEnded()))
            {
                _ended[stored.Key] = stored;
            }
        }

        public void Forget(string key) => _ended.Remove(key);
    }

    // Names that were never given before: what Slurm has is found by them.
    private sealed class Names(string job, TimeProvider time)
    {
        private readonly string _start = NamesOf(job) + time.GetUtcNow().ToString("MMddHHmmssff", CultureInfo.InvariantCulture);
        private int _count;

        public string Next() => Invariant($"{_start}-{++_count}");
    }
}
