using System.CommandLine;
using Graft.Cli.Completion;

namespace Graft.Cli.Commands;

/// <summary><c>graft completions</c>: the script that makes a shell complete commands, options and their values. The script asks the program itself.</summary>
internal static class CompletionsCommand
{
    private static readonly Dictionary<string, string> Endings = new() { ["bash"] = "bash", ["zsh"] = "zsh", ["fish"] = "fish", ["powershell"] = "ps1" };

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = "bash, zsh, fish or powershell.",
            HelpName = "SHELL",
            CompletionSources = { Offers.Words([.. Endings.Keys]) },
        };
        var command = new Command("completions", "Print the script that makes a shell complete graft's commands.") { shell };
        command.SetAction(parsed =>
        {
            terminal.Output.Write(ScriptOf(parsed.GetValue(shell)!)); // never broken into lines of a terminal's width
            return 0;
        });
        return command;
    }

    private static string ScriptOf(string shell)
    {
        string ending = Endings.GetValueOrDefault(shell)
            ?? throw new ConfigurationException($"there are no completions for '{shell}', but for {string.Join(", ", Endings.Keys)}.");
        using var script = typeof(CompletionsCommand).Assembly.GetManifestResourceStream($"Graft.Cli.Completion.Scripts.graft.{ending}")!;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
