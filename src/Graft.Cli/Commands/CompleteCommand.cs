using System.CommandLine;
using Graft.Cli.Completion;

namespace Graft.Cli.Commands;

/// <summary>
/// <c>graft complete LINE</c>: what the scripts of <see cref="CompletionsCommand"/> ask. A line of the answer is a word and, behind a tab, what it means;
/// <c>:files</c>, with endings where only some files are meant, or <c>:directories</c>. Not for people, and so not in the help.
/// </summary>
internal static class CompleteCommand
{
    public static Command Create(Terminal terminal)
    {
        var line = new Argument<string>("LINE");
        var command = new Command("complete", "Says what can stand at the end of a line.") { line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var item in Completer.Complete(parsed.RootCommandResult.Command, parsed.GetValue(line)!))
            {
                terminal.Output.WriteLine(item.Kind switch
                {
                    Offers.FileKind => $":files {item.Label}".TrimEnd(),
                    Offers.DirectoryKind => ":directories",
                    _ when item.Detail is null => item.Label,
                    _ => $"{item.Label}\t{item.Detail}",
                });
            }

            return 0;
        });
        return command;
    }
}
