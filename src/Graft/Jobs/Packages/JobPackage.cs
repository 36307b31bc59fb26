using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Engine;
using Graft.Formats;
using Graft.Runtime;

namespace Graft.Jobs.Packages;

/// <summary>
/// A study or an acceleration as one file, to be kept, sent, or gone on with elsewhere: a ZIP archive of its plan, its steps with results and what they ran on,
/// whatever else is to be read without Graft, on request the files of its results (weights), and the checksums of all of it in the form of <c>sha256sum</c>.
/// </summary>
internal static class JobPackage
{
    private const int Format = 1;
    private const string ManifestEntry = "job.json",
        StepsEntry = "steps.json",
        PlanEntry = "plan.yaml",
        ChecksumsEntry = "SHA256SUMS",
        FilesFolder = $"{ArtifactPath.Folder}/";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes a package.</summary>
    /// <param name="path">The file.</param>
    /// <param name="workspace">Where the job is recorded.</param>
    /// <param name="job">The job.</param>
    /// <param name="kinds">The kinds of step, which know the files of their results.</param>
    /// <param name="withFiles">Whether the files of results go along. Without them, what is shown stays the same, and what still needs a file makes it again.
    /// What was given from outside goes along always.</param>
    /// <param name="extras">Further entries by name, for readers: a report, tables.</param>
    /// <returns>How many results and files were packed.</returns>
    /// <exception cref="RunException">The package cannot be written, or a file of a result is gone or not what was recorded.</exception>
    public static PackedContent Pack(
        string path,
        IWorkspace workspace,
        StoredJob job,
        StepKinds kinds,
        bool withFiles,
        IReadOnlyDictionary<string, byte[]> extras
    )
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(extras);
        var found = workspace.Steps.FindAll([.. job.Steps]);
        var steps = job.Steps.Distinct().Where(found.ContainsKey).Select(key => PackedStep.Of(found[key], workspace.Steps)).ToList();
        if (withFiles)
        {
            RequireWhole(found.Values, kinds, workspace);
        }

        var files = FilesOf(steps.Select(s => s.Step), kinds, withFiles).Where(workspace.Artifacts.Exists).ToList();
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            var checksums = new StringBuilder();
            Add(ManifestEntry, JsonSerializer.SerializeToUtf8Bytes(new Manifest(Format, job), Json));
            Add(StepsEntry, JsonSerializer.SerializeToUtf8Bytes(steps, Json));
            Add(PlanEntry, Encoding.UTF8.GetBytes(job.Plan));
            foreach (var (name, content) in extras)
            {
                Add(name, content);
            }

            foreach (string file in files)
            {
                using var source = File.OpenRead(workspace.Artifacts.PathOf(file));
                AddStream(FilesFolder + file, source, CompressionLevel.Fastest); // weights hardly compress
            }

            using var sums = archive.CreateEntry(ChecksumsEntry).Open();
            sums.Write(Encoding.UTF8.GetBytes(checksums.ToString()));

            void Add(string name, byte[] content) => AddStream(name, new MemoryStream(content), CompressionLevel.Optimal);

            void AddStream(string name, Stream content, CompressionLevel level)
            {
                checksums.Append(Convert.ToHexStringLower(SHA256.HashData(content))).Append("  ").Append(name).Append('\n');
                content.Position = 0;
                using var entry = archive.CreateEntry(name, level).Open();
                content.CopyTo(entry);
            }
        });
        return new(job.Id, job.Kind, steps.Count(s => s.Step.State == StepState.Done), files.Count, LackingOf(steps, files));
    }

    /// <summary>
    /// Takes a package into a workspace. What is there already stays; steps that had not ended are pending, so that the same command goes on with them.
    /// </summary>
    /// <param name="path">The package.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="open">Opens the workspace with a clock, by which results keep the times at which they were found.</param>
    /// <returns>What was taken in.</returns>
    /// <exception cref="DataException">The file is no package, is damaged, or is of a newer version.</exception>
    public static PackedContent Unpack(string path, StepKinds kinds, Func<TimeProvider, IWorkspace> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        try
        {
            using var file = OpenRead(path);
            using var archive = OpenArchive(path, file);
            Check(path, archive);
            var manifest = Read<Manifest>(archive, ManifestEntry);
            if (manifest.Format > Format)
            {
                throw new DataException(Invariant($"{path} is a package of format {manifest.Format}; this program reads up to {Format}. Use a newer graft."));
            }

            return Take(archive, manifest.Job, Read<List<PackedStep>>(archive, StepsEntry), kinds, open);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new DataException($"{path} is not a package that 'pack' wrote: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static ZipArchive OpenArchive(string path, Stream file)
    {
        try
        {
            return new(file);
        }
        catch (InvalidDataException e)
        {
            string what = FoundContent.OfFile(path) is { } found && !found.StartsWith("a zip", StringComparison.Ordinal) ? found : "no whole zip archive";
            throw new DataException($"{path} is not a package that 'pack' wrote: it is {what}.", e);
        }
    }

    // What is damaged here would pass for whole elsewhere: the package has checksums of what was packed.
    private static void RequireWhole(IEnumerable<StoredStep> steps, StepKinds kinds, IWorkspace workspace)
    {
        foreach (var step in steps.Where(step => step.State == StepState.Done))
        {
            if (ArtifactCheck.FaultOf(step, kinds, workspace) is { } fault)
            {
                throw new RunException($"{fault}. Give the command of the study again, which makes it anew, or pack without weights.");
            }
        }
    }

    private static FileStream OpenRead(string path)
    {
        try
        {
            return RegularFile.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(RegularFile.FaultOf(path, e), e);
        }
    }

    // What was given (a network's ONNX file, weights, a latency table) goes along in any case: no step can make it again.
    private static IEnumerable<string> FilesOf(IEnumerable<StoredStep> steps, StepKinds kinds, bool withResults) =>
        steps
            .SelectMany(step =>
                kinds
                    .Find(step.Kind)
                    .InputsOf(kinds.Parse(step.Specification))
                    .Concat(withResults && step.Result is { } result ? kinds.Find(step.Kind).ArtifactsOf(result) : [])
            )
            .Distinct();

    private static int LackingOf(IEnumerable<PackedStep> steps, IEnumerable<string> files) =>
        steps.SelectMany(s => s.Files).Select(f => f.Path).Except(files).Count();

    private static PackedContent Take(ZipArchive archive, StoredJob job, List<PackedStep> steps, StepKinds kinds, Func<TimeProvider, IWorkspace> open)
    {
        var clock = new RecordedTime { Now = job.Created };
        using var workspace = open(clock);
        var files = archive.Entries.Where(e => e.FullName.StartsWith(FilesFolder, StringComparison.Ordinal))
            .ToDictionary(e => e.FullName[FilesFolder.Length..]);
        workspace.Steps.Declare(steps.Select(s => (s.Step.Key, s.Step.Kind, s.Step.Specification)));
        var done = steps.Where(s => s.Step.State == StepState.Done).ToList();
        foreach (string given in files.Keys.Except(done.SelectMany(s => s.Files).Select(f => f.Path)).Where(f => !workspace.Artifacts.Exists(f)))
        {
            Write(given);
        }

        int taken = done.Count(packed => Replay(packed, workspace, clock, Write));
        clock.Now = job.Created;
        var here = workspace.Jobs.List().FirstOrDefault(j => j.Id == job.Id);
        if (here is null || !here.Steps.Except(job.Steps).Any()) // else the job has gone on here: its entry knows more than that of the package
        {
            workspace.Jobs.Save(job.Id, job.Kind, job.Plan, job.Document, job.Steps);
        }

        int outdated = ArtifactCheck.Outdated([.. done.Select(s => s.Step.Key)], kinds, workspace).Count;
        return new(job.Id, job.Kind, taken, files.Count, LackingOf(steps, files.Keys), outdated);

        void Write(string path)
        {
            if (files.TryGetValue(path, out var file))
            {
                using var content = file.Open();
                workspace.Artifacts.Write(path, content.CopyTo);
            }
        }
    }

    // As if the step ran here, at the time when it did: every record, whatever keeps it, can do that. Where it is done already, files are put back that are
    // what was recorded here; the same step of another machine has other bits. False for a step that runs here now, which is left alone.
    private static bool Replay(PackedStep packed, IWorkspace workspace, RecordedTime clock, Action<string> write)
    {
        var (step, record) = (packed.Step, workspace.Steps);
        using var held = workspace.Locks.TryLock(step.Key);
        if (held is null)
        {
            return false;
        }

        clock.Now = step.Started ?? clock.Now;
        bool isNew = record.MarkRunning(step.Key, step.Environment ?? "{}", step.Holder ?? "package");
        foreach (var file in isNew ? packed.Files : packed.Files.Intersect(record.Artifacts(step.Key)))
        {
            write(file.Path);
        }

        if (!isNew)
        {
            return true;
        }

        record.SaveInputs(step.Key, packed.Inputs);
        foreach (var epoch in packed.History)
        {
            record.SaveEpoch(step.Key, epoch);
        }

        record.SaveLossPoints(step.Key, packed.Losses);
        clock.Now = step.Finished ?? clock.Now;
        var outcome = packed.Outcome is { } o ? Analysis.TestOutcome.FromBlobs(o.Count, o.Correct, o.Predicted) : null;
        record.Complete(step.Key, step.Result!, step.Seconds, outcome, packed.Files);
        return true;
    }

    private static void Check(string path, ZipArchive archive)
    {
        using var reader = new StreamReader(Entry(archive, ChecksumsEntry).Open(), Encoding.UTF8);
        var expected = reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("  ", 2))
            .ToDictionary(parts => parts[^1], parts => parts[0]);
        foreach (var (name, sha256) in expected)
        {
            using var content = Entry(archive, name).Open();
            if (Convert.ToHexStringLower(SHA256.HashData(content)) != sha256)
            {
                throw new DataException($"{path} is damaged: {name} is not what was packed. Get it again, or pack it anew.");
            }
        }

        if (archive.Entries.FirstOrDefault(e => e.FullName != ChecksumsEntry && !expected.ContainsKey(e.FullName)) is { } stranger)
        {
            throw new DataException($"{path} holds {stranger.FullName}, which its checksums do not name. Pack it anew.");
        }
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string name) => archive.GetEntry(name) ?? throw new InvalidDataException($"it holds no {name}.");

    private static T Read<T>(ZipArchive archive, string name)
    {
        using var stream = Entry(archive, name).Open();
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{name} is empty.");
    }

    private sealed record Manifest(int Format, StoredJob Job);

    private sealed class RecordedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
