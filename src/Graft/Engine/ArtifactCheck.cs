using System.Security.Cryptography;
using Graft.Runtime;

namespace Graft.Engine;

/// <summary>Which results no longer hold: their files are gone or changed, or a result that they used is another now.</summary>
internal static class ArtifactCheck
{
    /// <summary>The lower-case hexadecimal SHA-256 of a file.</summary>
    /// <exception cref="RunException">It cannot be read.</exception>
    public static string HashOf(string path)
    {
        string hash = "";
        StorageErrors.Guard(path, () =>
        {
            using var file = File.OpenRead(path);
            hash = Convert.ToHexStringLower(SHA256.HashData(file));
        });
        return hash;
    }

    /// <summary>Has a step that is done run again.</summary>
    /// <param name="step">The step.</param>
    /// <param name="seen">Its result that is meant: one that came since stays.</param>
    /// <param name="fault">Why, for people.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="workspace">Where it is recorded.</param>
    /// <exception cref="RunException">A file that it reads is gone, too: the result that is recorded stays.</exception>
    public static void Invalidate(Step step, StoredStep seen, string fault, StepKinds kinds, IWorkspace workspace)
    {
        if (kinds.Of(step).InputsOf(step).FirstOrDefault(input => !workspace.Artifacts.Exists(input)) is { } input)
        {
            throw new RunException(
                $"{fault}; '{step.Title}' cannot be made again, as {workspace.Artifacts.PathOf(input)} is gone, too. Give the file that it came from again."
            );
        }

        workspace.Steps.Invalidate(step.Key, seen.Attempts);
    }

    /// <summary>
    /// Those of some steps that are done and stand on results of others that were made again since and came out otherwise, each with which these are. Those of
    /// versions that did not record what they stand on are taken to stand.
    /// </summary>
    public static IReadOnlyList<(string Key, string Fault)> Outdated(IReadOnlyCollection<string> keys, StepKinds kinds, IWorkspace workspace)
    {
        var inputs = workspace.Steps.Inputs(keys);
        var digests = workspace.Steps.Digests([.. inputs.Values.SelectMany(of => of).Select(i => i.Need).Distinct()]);
        var changed = inputs
            .Select(of => (of.Key, Changed: of.Value.FirstOrDefault(i => digests.TryGetValue(i.Need, out string? now) && now != i.Digest)))
            .Where(of => of.Changed is not null)
            .ToDictionary(of => of.Key, of => of.Changed!.Need);
        var needs = workspace.Steps.FindAll([.. changed.Values]);
        return [.. changed.Select(c => (c.Key, $"'{Title(c.Value)}', which it stands on, was made again and is not what it was"))];

        string Title(string need) => kinds.Parse(needs[need].Specification).Title;
    }

    /// <summary>
    /// The steps that are done but must run again, each with what is wrong: they stand on what is another now, or a step that has not ended needs files of
    /// theirs that are not what was recorded.
    /// </summary>
    /// <param name="steps">The steps of a job.</param>
    /// <param name="ended">Those of them that have ended, by key.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="workspace">Where the files are.</param>
    public static IReadOnlyList<(Step Step, string Fault)> Unsound(
        IReadOnlyList<Step> steps, IReadOnlyDictionary<string, StoredStep> ended, StepKinds kinds, IWorkspace workspace)
    {
        var byKey = steps.DistinctBy(s => s.Key).ToDictionary(s => s.Key);
        var done = ended.Values.Where(s => s.State == StepState.Done).Select(s => s.Key).ToList();
        List<(Step Step, string Fault)> unsound = [.. Outdated(done, kinds, workspace).Select(o => (byKey[o.Key], o.Fault))];
        var looked = unsound.Select(u => u.Step.Key).ToHashSet();
        var look = new Stack<Step>(steps.Where(s => !ended.ContainsKey(s.Key)).Concat(unsound.Select(u => u.Step)));
        while (look.TryPop(out var step))
        {
            foreach (var needed in step.Needs.Select(byKey.GetValueOrDefault).OfType<Step>().Where(n => ended.ContainsKey(n.Key) && looked.Add(n.Key)))
            {
                if (ended[needed.Key] is { State: StepState.Done } result && FaultOf(result, kinds, workspace) is { } fault)
                {
                    unsound.Add((needed, fault));
                    look.Push(needed);
                }
            }
        }

        return unsound;
    }

    /// <summary>
    /// What is wrong with the files of a step that is done; null if nothing is. Results of versions that kept no checksums are only checked to be there.
    /// </summary>
    public static string? FaultOf(StoredStep stored, StepKinds kinds, IWorkspace workspace)
    {
        var recorded = workspace.Steps.Artifacts(stored.Key).ToDictionary(a => a.Path, a => a.Sha256);
        foreach (string artifact in kinds.Find(stored.Kind).ArtifactsOf(stored.Result!))
        {
            string path = workspace.Artifacts.PathOf(artifact);
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            {
                return $"{path} is {(File.Exists(path) ? "empty" : "gone")}";
            }

            if (recorded.TryGetValue(artifact, out string? expected) && HashOf(path) != expected)
            {
                return $"{path} is not what was recorded (its SHA-256 differs)";
            }
        }

        return null;
    }
}
