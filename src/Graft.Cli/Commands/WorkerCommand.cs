using System.CommandLine;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft worker</c>: a process that runs steps for others. Not for people, and so not in the help.</summary>
internal static class WorkerCommand
{
    public static Command Create(Terminal terminal)
    {
        var workspace = CommonOptions.Workspace();
        var data = CommonOptions.Data();
        var dataDirectory = CommonOptions.DataDirectory();
        var device = CommonOptions.Device();
        var images = new Option<string?>(WorkerProgram.ImagesArgument);
        var command = new Command("worker", "Runs steps that it reads from its standard input.") { workspace, data, dataDirectory, device, images };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            // Ctrl-C reaches every process of a terminal; a worker ends, with a checkpoint, when the process that started it closes its input.
            Console.CancelKeyPress += (_, press) => press.Cancel = true;
            using var input = new StreamReader(Console.OpenStandardInput());
            var program = new WorkerProgram(parsed.GetValue(workspace)!, parsed.GetValue(data)!, parsed.GetValue(dataDirectory)!, parsed.GetValue(device)!, parsed.GetValue(images));
            program.Run(input, terminal.Output, Extensions.Kinds, TimeProvider.System);
            return 0;
        });
        return command;
    }
}
