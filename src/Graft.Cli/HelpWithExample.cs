using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Graft.Cli;

/// <summary>A command's help: the library's, with many options parted into groups, an example, and the environment variables that count.</summary>
/// <param name="help">Prints the library's help.</param>
/// <param name="examples">The example of each command that has one, by its path, e.g. <c>graft study</c>.</param>
/// <param name="terminal">Where the rest goes.</param>
internal sealed class HelpWithExample(HelpAction help, IReadOnlyDictionary<string, string> examples, Terminal terminal) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        terminal.Output.Write(OptionGroups.Part(HelpOf(parseResult, out int code)));
        if (examples.GetValueOrDefault(UsageErrors.PathOf(parseResult.CommandResult)) is { } example)
        {
            terminal.Output.WriteLine($"Example:{Environment.NewLine}  {example}");
            terminal.Output.WriteLine();
        }

        terminal.Output.WriteLine("Environment:");
        if (parseResult.CommandResult.Parent is not null)
        {
            terminal.WriteLine(EnvironmentHelp.Of(parseResult.CommandResult.Command));
            return code;
        }

        foreach (string line in EnvironmentHelp.All)
        {
            terminal.Output.WriteLine(line);
        }

        terminal.Output.WriteLine();
        terminal.Output.WriteLine("Exit codes: 0 done, 1 the run failed, 2 wrong usage, plan or data, 130 stopped by Ctrl-C.");
        return code;
    }

    private string HelpOf(ParseResult parseResult, out int code)
    {
        foreach (var argument in UsageErrors.Parents(parseResult.CommandResult).SelectMany(parent => parent.Command.Arguments))
        {
            argument.Hidden = true; // the library lists it although the command does not take it
        }

        var configuration = parseResult.InvocationConfiguration;
        var output = configuration.Output;
        using var text = new StringWriter();
        configuration.Output = text;
        code = help.Invoke(parseResult);
        configuration.Output = output;
        return text.ToString();
    }
}
