using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Packages;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft workspace</c>: what takes the space, and removal of what no study needs.</summary>
internal sealed class WorkspaceCommand
{
    private readonly Terminal _terminal;
    private readonly Option<bool> _prune = new("--prune") { Description = "Remove files that no study and no acceleration needs." };
    private readonly Option<string?> _forget = new("--forget")
    {
        Description = "Forget a study or an acceleration; --prune then removes what it alone needed.",
        HelpName = "ID",
        CompletionSources = { Offers.Jobs() },
    };
    private readonly Option<bool> _dryRun = CommonOptions.DryRun("With --prune.");
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<bool> _json = CommonOptions.Json();

    private WorkspaceCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var workspace = new WorkspaceCommand(terminal);
        var command = new Command("workspace", "Show what takes the space of a workspace; remove what nothing needs.")
        {
            workspace._forget,
            workspace._prune,
            workspace._dryRun,
            workspace._workspace,
            workspace._json,
        };
        command.SetAction(workspace.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        RequireSense(parsed);
        string directory = parsed.GetValue(_workspace)!;
        using var record = Workspaces.OpenExisting(directory, TimeProvider.System);
        if (parsed.GetValue(_forget) is { } id)
        {
            Forget(record, directory, id);
        }

        var use = WorkspaceUse.Of(record, Path.GetFullPath(directory));
        var removable = use.Files.Where(f => !f.IsNeeded).ToList();
        bool removes = parsed.GetValue(_prune) && !parsed.GetValue(_dryRun);
        if (removes)
        {
            removable.ForEach(file => record.Artifacts.Delete(file.Path));
        }

        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(new { use.Directory, use.RecordBytes, use.ReportBytes, use.Files, removed = removes ? removable.Count : 0 });
            return 0;
        }

        Write(use);
        WriteRemovable(removable, removes, parsed.GetValue(_prune), directory);
        return 0;
    }

    private void RequireSense(ParseResult parsed)
    {
        if (parsed.GetValue(_dryRun) && parsed.GetValue(_forget) is not null)
        {
            throw new ConfigurationException("--forget and --dry-run do not go together: --prune --dry-run afterwards says what would be removed.");
        }

        if (parsed.GetValue(_dryRun) && !parsed.GetValue(_prune))
        {
            throw new ConfigurationException("--dry-run goes with --prune; without it nothing is removed anyway.");
        }
    }

    // What runs would go on in the dark, and be listed again by its next look.
    private void Forget(IWorkspace record, string directory, string start)
    {
        var job = record.Jobs.Find(start);
        if (StepCounts.Of(record, job).Running > 0)
        {
            throw new ConfigurationException($"{job.Kind} {job.Id} runs. Stop it first: graft cancel {job.Id}, or Ctrl-C where it runs.");
        }

        record.Jobs.Forget(job.Id);
        FailWhatIsLeft(record, job);
        string report = Path.Combine(directory, "reports", $"{job.Id}.html");
        if (File.Exists(report))
        {
            StorageErrors.Guard(report, () => File.Delete(report));
        }

        _terminal.WriteProgress(
            $"Forgot {job.Kind} {job.Id} and its report. Results of its steps stay in the record: the same command shows it again, and makes anew what was removed."
        );
    }

    // Steps that are to come need files; those of a forgotten job come only where another has them, or the same command is given again.
    private static void FailWhatIsLeft(IWorkspace record, StoredJob job)
    {
        var others = record.Jobs.List().SelectMany(j => j.Steps).ToHashSet();
        foreach (var step in record.Steps.FindAll([.. job.Steps.Where(key => !others.Contains(key))]).Values)
        {
            if (step.State is StepState.Pending or StepState.Interrupted)
            {
                record.Steps.Fail(step.Key, $"{job.Kind} {job.Id}, which it belonged to, was forgotten", 0);
            }
        }
    }

    private void Write(WorkspaceUse use)
    {
        _terminal.WriteLine(use.Directory);
        var table = new WideTable(1, "what", ">files", ">size", ">needed by nothing");
        table.AddRow("record (steps, results, answers)", "", Format.Bytes(use.RecordBytes), "");
        table.AddRow("reports", "", Format.Bytes(use.ReportBytes), "");
        foreach (var folder in use.Files.GroupBy(f => f.Path.Split('/')[0]))
        {
            table.AddRow(
                folder.Key,
                Format.Count(folder.Count()),
                Format.Bytes(folder.Sum(f => f.SizeBytes)),
                folder.Any(f => !f.IsNeeded) ? Format.Bytes(folder.Where(f => !f.IsNeeded).Sum(f => f.SizeBytes)) : "");
        }

        table.Write(_terminal);
    }

    private void WriteRemovable(List<WorkspaceFile> removable, bool areRemoved, bool areListed, string directory)
    {
        if (areListed)
        {
            removable.ForEach(file => _terminal.WriteLine($"  {file.Path}  {Format.Bytes(file.SizeBytes)}"));
        }

        string files = Invariant($"{Plural.Of(removable.Count, "file")} ({Format.Bytes(removable.Sum(f => f.SizeBytes))})");
        _terminal.WriteLine(removable.Count == 0 ? "Every file is needed by a study or an acceleration; --forget ID gives up one."
            : areRemoved ? $"Removed {files} that nothing needs."
            : $"Needed by nothing: {files}.  Next: graft workspace --prune{(areListed ? "" : " --dry-run")}{CommonOptions.WorkspaceArgument(directory)}");
    }
}
