using System.Text.RegularExpressions;
using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Runtime;

namespace Graft.Jobs.Packages;

/// <summary>A file of a workspace.</summary>
/// <param name="Path">Its path, relative to the artifacts, with forward slashes.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="IsNeeded">Whether a job of the workspace needs it, or may.</param>
internal sealed record WorkspaceFile(string Path, long SizeBytes, bool IsNeeded);

/// <summary>What takes the space of a workspace, and what of it no job needs.</summary>
internal sealed partial record WorkspaceUse
{
    /// <summary>The directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The size of the record: steps, results, answers.</summary>
    public required long RecordBytes { get; init; }

    /// <summary>The size of the reports.</summary>
    public required long ReportBytes { get; init; }

    /// <summary>The files: weights, candidates, checkpoints, exported networks.</summary>
    public required IReadOnlyList<WorkspaceFile> Files { get; init; }

    /// <summary>Looks at a workspace.</summary>
    /// <param name="workspace">Its record.</param>
    /// <param name="directory">Its directory, absolute.</param>
    /// <remarks>
    /// A file is needed where the key, the specification or the result of a step of a job, or the job's own document, names it; so it is with steps of no job
    /// that have not ended (a training that waits in a queue, a prediction that runs), and with what those stand on. Checkpoints are needed as long as a step
    /// of a job has not ended. What <c>graft train</c> left is in the file that it wrote, and needed no more. Tables of latencies stay: earlier
    /// versions kept them as files that no step names, and what was measured once is not measured alike again. Files that are being written are not counted:
    /// what killed processes left of them goes when a workspace is opened.
    /// </remarks>
    public static WorkspaceUse Of(IWorkspace workspace, string directory)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        string root = Path.Combine(directory, ArtifactPath.Folder);
        // Before the record is read: what a step writes meanwhile, nobody asks about.
        var files = FilesBelow(root).Where(file => !AtomicFile.IsTemporary(file)).Order(StringComparer.Ordinal).ToList();
        var (jobs, all) = (workspace.Jobs.List(), workspace.Steps.List().ToDictionary(s => s.Key));
        var steps = jobs.SelectMany(j => j.Steps).Distinct().Where(all.ContainsKey).Select(key => all[key]).ToList();
        string named = string.Join(
            "\n",
            steps.UnionBy(ToCome(all), s => s.Key).SelectMany(s => new[] { s.Key, s.Specification, s.Result ?? "" }).Concat(jobs.Select(j => j.Document))
        );
        bool goesOn = all.Values.Any(s => s.State is StepState.Running or StepState.Interrupted) || steps.Any(s => s.State is not StepState.Done);
        return new()
        {
            Directory = directory,
            RecordBytes = workspace is PostgresWorkspace shared ? shared.RecordBytes() : System.IO.Directory.EnumerateFiles(directory, "graft.db*").Sum(SizeOf),
            ReportBytes = FilesBelow(Path.Combine(directory, "reports")).Sum(SizeOf),
            Files =
            [
                .. files.Select(file => new WorkspaceFile(
                    Path.GetRelativePath(root, file).Replace('\\', '/'),
                    SizeOf(file),
                    IsIn("latency", root, file)
                        || (IsIn("checkpoints", root, file) ? goesOn : named.Contains(Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal))
                )),
            ],
        };
    }

    // Steps that have not ended, and all whose keys their specifications name, however far.
    private static List<StoredStep> ToCome(Dictionary<string, StoredStep> all)
    {
        var found = all.Values.Where(s => !s.State.HasEnded()).ToList();
        var keys = found.Select(s => s.Key).ToHashSet();
        for (int i = 0; i < found.Count; i++)
        {
            var named = Keys().Matches(found[i].Specification).Select(m => m.Value).Where(all.ContainsKey).Where(keys.Add).ToList();
            found.AddRange(named.Select(key => all[key]));
        }

        return found;
    }

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")]
    private static partial Regex Keys();

    private static bool IsIn(string folder, string root, string file) =>
        Path.GetRelativePath(root, file).StartsWith($"{folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static IEnumerable<string> FilesBelow(string directory) =>
        System.IO.Directory.Exists(directory) ? System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories) : [];

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
