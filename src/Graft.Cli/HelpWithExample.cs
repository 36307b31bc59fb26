using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Graft.Cli;

/// <summary>A command's help, followed by an example.</summary>
/// <param name="help">Prints the help.</param>
/// <param name="examples">The example of each command that has one.</param>
internal sealed class HelpWithExample(HelpAction help, IReadOnlyDictionary<string, string> examples) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (examples.GetValueOrDefault(command is RootCommand ? "graft" : command.Name) is { } example)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"Example:{Environment.NewLine}  {example}");
        }

        return code;
    }
}
