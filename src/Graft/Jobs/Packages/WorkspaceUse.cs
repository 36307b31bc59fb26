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
internal sealed record WorkspaceUse
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
    /// A file is needed where the key, the specification or the result of a step of a job, or the job's own document, names it. Checkpoints are needed as long
    /// as a step of a job has not ended. What <c>graft train</c> left is in the file that it wrote, and needed no more. Tables of latencies stay: earlier
    /// versions kept them as files that no step names, and what was measured once is not measured alike again. Files that are being written are not counted:
    /// what killed processes left of them goes when a workspace is opened.
    /// </remarks>
    public static WorkspaceUse Of(IWorkspace workspace, string directory)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        string root = Path.Combine(directory, ArtifactPath.Folder);
        // Before the record is read: what a step writes meanwhile, nobody asks about.
        var files = FilesBelow(root).Where(file => !AtomicFile.IsTemporary(file)).Order(StringComparer.Ordinal).ToList();
        var steps = workspace.Steps.FindAll([.. workspace.Jobs.List().SelectMany(j => j.Steps).Distinct()]).Values;
        string named = string.Join(
            "\n",
            steps.SelectMany(s => new[] { s.Key, s.Specification, s.Result ?? "" }).Concat(workspace.Jobs.List().Select(j => j.Document))
        );
        bool goesOn = workspace.Steps.List().Any(s => s.State is StepState.Running or StepState.Interrupted) || steps.Any(s => s.State is not StepState.Done);
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

    private static bool IsIn(string folder, string root, string file) =>
        Path.GetRelativePath(root, file).StartsWith($"{folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static IEnumerable<string> FilesBelow(string directory) =>
        System.IO.Directory.Exists(directory) ? System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories) : [];

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
