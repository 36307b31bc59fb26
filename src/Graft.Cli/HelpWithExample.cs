using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Graft.Cli;

/// <summary>A command's help, followed by an example.</summary>
/// <param name="help">Prints the help.</param>
/// <param name="examples">The example of each command that has one.</param>
/// <param name="program">What the help of the program as a whole ends with.</param>
internal sealed class HelpWithExample(HelpAction help, IReadOnlyDictionary<string, string> examples, string program) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (examples.GetValueOrDefault(CommandLineOf(parseResult.CommandResult)) is { } example)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"Example:{Environment.NewLine}  {example}");
        }

        if (parseResult.CommandResult.Parent is null)
        {
            parseResult.InvocationConfiguration.Output.WriteLine();
            parseResult.InvocationConfiguration.Output.WriteLine(program);
        }

        return code;
    }

    // "graft", "study", "catalog network": the names of the command and of those above it, but for the program's.
    private static string CommandLineOf(CommandResult command) => command.Parent switch
    {
        null => "graft",
        CommandResult { Parent: null } => command.Command.Name,
        CommandResult parent => $"{CommandLineOf(parent)} {command.Command.Name}",
        _ => command.Command.Name,
    };
}
