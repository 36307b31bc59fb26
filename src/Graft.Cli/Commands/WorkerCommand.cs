using System.CommandLine;
using Graft.Data;
using Graft.Engine.Local;
using Graft.Steps;

namespace Graft.Cli.Commands;

/// <summary><c>graft worker</c>: a process that runs steps for <c>graft study</c>. Not for people, and so not in the help.</summary>
internal static class WorkerCommand
{
    public static Command Create(Terminal terminal)
    {
        var workspace = CommonOptions.Workspace();
        var data = CommonOptions.Data();
        var dataDirectory = CommonOptions.DataDirectory();
        var device = CommonOptions.Device();
        var command = new Command("worker", "Runs steps that it reads from its standard input.") { workspace, data, dataDirectory, device };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            // Ctrl-C reaches every process of a terminal; a worker ends, with a checkpoint, when the study closes its input.
            Console.CancelKeyPress += (_, press) => press.Cancel = true;
            using var input = new StreamReader(Console.OpenStandardInput());
            Workspace? record = null;
            try
            {
                // What is wrong with the workspace or the data is told as the outcome of the first job.
                new WorkerLoop(input, terminal.Output, TimeProvider.System).Run(() => new StepExecutor(
                    record = Workspace.Open(parsed.GetValue(workspace)!, TimeProvider.System),
                    DataSource.Load(parsed.GetValue(data)!, new() { DataDirectory = parsed.GetValue(dataDirectory)! }),
                    Surroundings.Read(parsed.GetValue(device)!),
                    TimeProvider.System));
            }
            finally
            {
                record?.Dispose();
            }

            return 0;
        });
        return command;
    }

    /// <summary>Starts a worker.</summary>
    public static WorkerProcess Start(string workspace, string data, string dataDirectory, string device) => WorkerProcess.Start(
        Program.StartInfo(["worker", "--workspace", workspace, "--data", data, "--data-directory", dataDirectory, "--device", device]));
}
