using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Packages;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft workspace</c>: what takes the space, and removal of what no study needs.</summary>
internal static class WorkspaceCommand
{
    public static Command Create(Terminal terminal)
    {
        var prune = new Option<bool>("--prune") { Description = "Remove files that no study and no acceleration needs." };
        var forget = new Option<string?>("--forget")
        {
            Description = "Forget a study or an acceleration; --prune then removes what it alone needed.",
            HelpName = "ID",
            CompletionSources = { Offers.Jobs() },
        };
        var dryRun = CommonOptions.DryRun("With --prune.");
        var workspace = CommonOptions.Workspace();
        var json = CommonOptions.Json();
        var command = new Command("workspace", "Show what takes the space of a workspace; remove what nothing needs.")
        {
            forget, prune, dryRun, workspace, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(dryRun) && parsed.GetValue(forget) is not null)
            {
                throw new ConfigurationException("--forget and --dry-run do not go together: --prune --dry-run afterwards says what would be removed.");
            }

            if (parsed.GetValue(dryRun) && !parsed.GetValue(prune))
            {
                throw new ConfigurationException("--dry-run goes with --prune; without it nothing is removed anyway.");
            }

            using var record = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            if (parsed.GetValue(forget) is { } id)
            {
                Forget(terminal, record, parsed.GetValue(workspace)!, id);
            }

            var use = WorkspaceUse.Of(record, Path.GetFullPath(parsed.GetValue(workspace)!));
            var removable = use.Files.Where(f => !f.IsNeeded).ToList();
            bool removes = parsed.GetValue(prune) && !parsed.GetValue(dryRun);
            if (removes)
            {
                removable.ForEach(file => record.Artifacts.Delete(file.Path));
            }

            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { use.Directory, use.RecordBytes, use.ReportBytes, use.Files, removed = removes ? removable.Count : 0 });
                return 0;
            }

            Write(terminal, use);
            string files = Invariant($"{Plural.Of(removable.Count, "file")} ({Format.Bytes(removable.Sum(f => f.SizeBytes))})");
            if (parsed.GetValue(prune))
            {
                removable.ForEach(file => terminal.WriteLine($"  {file.Path}  {Format.Bytes(file.SizeBytes)}"));
            }

            terminal.WriteLine(removable.Count == 0 ? "Every file is needed by a study or an acceleration; --forget ID gives up one."
                : removes ? $"Removed {files} that nothing needs."
                : $"Needed by nothing: {files}.  Next: graft workspace --prune{(parsed.GetValue(prune) ? "" : " --dry-run")}{CommonOptions.WorkspaceArgument(parsed.GetValue(workspace)!)}");
            return 0;
        });
        return command;
    }

    // What runs would go on in the dark, and be listed again by its next look.
    private static void Forget(Terminal terminal, IWorkspace record, string directory, string start)
    {
        var job = record.Jobs.Find(start);
        if (StepCounts.Of(record, job).Running > 0)
        {
            throw new ConfigurationException($"{job.Kind} {job.Id} runs. Stop it first: graft cancel {job.Id}, or Ctrl-C where it runs.");
        }

        record.Jobs.Forget(job.Id);
        string report = Path.Combine(directory, "reports", $"{job.Id}.html");
        if (File.Exists(report))
        {
            StorageErrors.Guard(report, () => File.Delete(report));
        }

        terminal.WriteProgress(
            $"Forgot {job.Kind} {job.Id} and its report. Results of its steps stay in the record: the same command shows it again, and makes anew what was removed."
        );
    }

    private static void Write(Terminal terminal, WorkspaceUse use)
    {
        terminal.WriteLine(use.Directory);
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

        table.Write(terminal);
    }
}
