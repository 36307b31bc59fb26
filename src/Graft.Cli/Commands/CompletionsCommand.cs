using System.CommandLine;

namespace Graft.Cli.Commands;

/// <summary><c>graft completions</c>: the script that makes a shell complete commands, options and their values. The script asks the program itself.</summary>
internal static class CompletionsCommand
{
    private const string Bash = """
        # graft completions bash >> ~/.bashrc
        _graft() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(graft "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _graft graft
        """;

    private const string Zsh = """
        # graft completions zsh >> ~/.zshrc
        _graft() {
            local -a found
            found=("${(@f)$(graft "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            if [[ -n "$found" ]]; then compadd -a found; else _files; fi
        }
        compdef _graft graft
        """;

    private const string Fish = """
        # graft completions fish > ~/.config/fish/completions/graft.fish
        complete -c graft -a '(graft "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        # graft completions powershell >> $PROFILE
        Register-ArgumentCompleter -Native -CommandName graft -ScriptBlock {
            param($word, $line, $position)
            graft "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["powershell"] = PowerShell };

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or powershell." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completions", "Print the script that makes a shell complete graft's commands.") { shell };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(shell)!;
            terminal.WriteLine(
                Scripts.GetValueOrDefault(name)
                    ?? throw new ConfigurationException($"there are no completions for '{name}', but for {string.Join(", ", Scripts.Keys)}.")
            );
            return 0;
        });
        return command;
    }
}
