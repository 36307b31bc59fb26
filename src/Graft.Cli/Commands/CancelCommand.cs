using System.CommandLine;
using Graft.Engine.Postgres;
using Graft.Jobs;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft cancel</c>: ends what a cluster has of a study, acceleration or training.</summary>
internal static class CancelCommand
{
    public static Command Create(Terminal terminal)
    {
        var workspace = CommonOptions.Workspace();
        var id = new Argument<string>("ID") { Description = "A study, acceleration or training, or the start of its identifier." };
        var command = new Command("cancel", "End what a cluster has of a study; what was finished is kept.") { id, workspace };
        command.SetAction(parsed =>
        {
            using var opened = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            string study = ClusterJobs.Find(opened, parsed.GetValue(id)!).Id;
            if (opened is not PostgresWorkspace)
            {
                throw new ConfigurationException($"study {study} was not handed to a cluster. What runs on this machine ends with Ctrl-C in its terminal.");
            }

            int ended = ClusterJobs.Cancel(study, TimeProvider.System);
            terminal.WriteLine(ended == 0
                ? $"Slurm has nothing of {study}."
                : $"Cancelled {Plural.Of(ended, "task")} of {study}. What was finished is kept; the command that began it goes on from there.");
            return 0;
        });
        return command;
    }
}
