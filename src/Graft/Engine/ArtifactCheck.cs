using System.Security.Cryptography;
using Graft.Runtime;

namespace Graft.Engine;

/// <summary>Whether the files of results are what was recorded.</summary>
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
    /// <param name="fault">What is wrong with which file of its result.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="workspace">Where it is recorded.</param>
    /// <exception cref="RunException">A file that it reads is gone, too: the result that is recorded stays.</exception>
    public static void Invalidate(Step step, string fault, StepKinds kinds, IWorkspace workspace)
    {
        if (kinds.Of(step).InputsOf(step).FirstOrDefault(input => !workspace.Artifacts.Exists(input)) is { } input)
        {
            throw new RunException(
                $"{fault}; '{step.Title}' cannot be made again, as {workspace.Artifacts.PathOf(input)} is gone, too. Give the file that it came from again."
            );
        }

        workspace.Steps.Invalidate(step.Key);
    }

    /// <summary>
    /// The steps that are done but must run again, each with what is wrong: a step that has not ended needs files of theirs that are not what was recorded.
    /// </summary>
    /// <param name="steps">The steps of a job.</param>
    /// <param name="ended">Those of them that have ended, by key.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="workspace">Where the files are.</param>
    public static IReadOnlyList<(Step Step, string Fault)> Unsound(
        IReadOnlyList<Step> steps, IReadOnlyDictionary<string, StoredStep> ended, StepKinds kinds, IWorkspace workspace)
    {
        var looked = new HashSet<string>();
        var unsound = new List<(Step Step, string Fault)>();
        var look = new Stack<Step>(steps.Where(s => !ended.ContainsKey(s.Key)));
        var byKey = steps.DistinctBy(s => s.Key).ToDictionary(s => s.Key);
        while (look.TryPop(out var step))
        {
            foreach (var needed in step.Needs.Select(byKey.GetValueOrDefault).OfType<Step>().Where(n => ended.ContainsKey(n.Key) && looked.Add(n.Key)))
            {
                if (ended[needed.Key] is { State: StepState.Done } done && FaultOf(done, kinds, workspace) is { } fault)
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
