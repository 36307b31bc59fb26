using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Graft.Engine.Postgres;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft step</c>: runs the steps of one task of a cluster. Not for people, and so not in the help.</summary>
internal static class StepCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new WorkerOptionSet();
        var array = new Option<string>("--array") { Required = true };
        var task = new Option<int>("--task") { Required = true };
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => 1 };
        var command = new Command("step", "Runs the steps of one task of a cluster.") { array, task, threads };
        options.All.ToList().ForEach(command.Options.Add);
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var stop = new CancellationTokenSource();
            using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true; // a checkpoint first
                terminal.WriteLine("asked to end; saving a checkpoint");
                stop.Cancel();
            });
            var program = new TaskProgram(options.Read(parsed), parsed.GetValue(array)!, parsed.GetValue(threads));
            program.Run(parsed.GetValue(task), Owner(), line => terminal.WriteLine(line), Extensions.Kinds, TimeProvider.System, stop.Token);
            return 0;
        });
        return command;
    }

    // Slurm starts a task again under the same number, after it gave its node up for dead, too.
    private static LeaseOwner Owner() =>
        UserDirectories.Given("SLURM_JOB_ID") is { } job
            ? LeaseOwner.Task(
                $"Slurm {UserDirectories.Given("SLURM_CLUSTER_NAME")} {job}",
                int.Parse(UserDirectories.Given("SLURM_RESTART_COUNT") ?? "0", CultureInfo.InvariantCulture)
            )
            : LeaseOwner.ThisProcess();
}
