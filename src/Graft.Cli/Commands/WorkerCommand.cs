using System.CommandLine;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft worker</c>: a process that runs steps for others. Not for people, and so not in the help.</summary>
internal static class WorkerCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new WorkerOptionSet();
        var command = new Command("worker", "Runs steps that it reads from its standard input.") { Hidden = true };
        options.All.ToList().ForEach(command.Options.Add);
        command.SetAction(parsed =>
        {
            // Ctrl-C reaches every process of a terminal; a worker ends, with a checkpoint, when the process that started it closes its input.
            Console.CancelKeyPress += (_, press) => press.Cancel = true;
            using var input = new StreamReader(Console.OpenStandardInput());
            var program = new WorkerProgram(options.Read(parsed));
            program.Run(input, terminal.Output, Extensions.Kinds, TimeProvider.System);
            return 0;
        });
        return command;
    }
}
