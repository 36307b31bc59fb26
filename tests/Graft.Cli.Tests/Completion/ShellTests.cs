using System.Diagnostics;
using System.Runtime.InteropServices;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Completion;

/// <summary>The printed scripts in the shells that they are for, with the program itself behind them.</summary>
public sealed class ShellTests : IDisposable
{
    // Completes a line in an interactive zsh, says what has become of it, and leaves.
    private const string Zsh = """
        zmodload zsh/zpty
        zpty shell zsh -i
        zpty -w -n shell "$1"$'\t'$'\x18b'
        while zpty -r shell > /dev/null; do :; done
        cat completed
        """;

    private const string ZshSetup = """
        PS1='> '
        show() { print -rn -- "$BUFFER" > completed; BUFFER=exit; zle accept-line }
        zle -N show
        bindkey '^Xb' show
        """;

    private const string Compinit = "autoload -Uz compinit && compinit -u";

    private readonly string _directory = Directory.CreateTempSubdirectory("graft-shell").FullName;

    public ShellTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell of Unix.");
        string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        string program = Path.Combine(_directory, "bin", "graft");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, $"#!/bin/sh\nexec '{host}' exec '{Path.Combine(AppContext.BaseDirectory, "Graft.Cli.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.CreateDirectory(Path.Combine(_directory, "photos"));
        foreach (string file in (string[])["model.onnx", "plan.yaml", "notes.txt"])
        {
            File.WriteAllText(Path.Combine(_directory, file), "");
        }
    }

    [Theory]
    [InlineData("graft stu", "study")]
    [InlineData("graft study --n", "--network --normalization")]
    [InlineData("graft study --network wrn-4", "wrn-40-2")]
    [InlineData("graft study --network=wrn-4", "wrn-40-2")] // bash replaces what is behind '='
    [InlineData("graft study --network mod", "model.onnx")]
    [InlineData("graft study --plan p", "plan.yaml photos")]
    [InlineData("graft study --workspace ph", "photos")]
    [InlineData("graft study --operations teacher,ide", "teacher,identity")]
    [InlineData("graft study --operations fus", "fused-inverted-residual\\(e=6,k=3\\)")]
    [InlineData("graft study --operations 'fus", "fused-inverted-residual(e=6,k=3)")]
    [InlineData("graft study --seeds ", "")]
    public async Task Bash_Completes(string line, string expected)
    {
        string word = line[(line.LastIndexOfAny([' ', '=']) + 1)..];
        string typed = word.TrimStart('\''); // bash hands over the word without the quote that is open
        await File.WriteAllTextAsync(Path.Combine(_directory, "script"), await ScriptAsync("bash"), TestContext.Current.CancellationToken);

        string[] offers = (await RunAsync(
            "bash", "--noprofile", "--norc", "-c",
            """
            . ./script
            COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("$2") COMP_CWORD=0
            _graft graft "$3"
            printf '%s\n' "${COMPREPLY[@]}"
            """,
            "bash", line, word, typed
        )).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(expected, string.Join(' ', offers));
    }

    [Fact]
    public async Task Bash_CursorWithinTheLine_CompletesTheWordThere()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "script"), await ScriptAsync("bash"), TestContext.Current.CancellationToken);

        string offers = await RunAsync(
            "bash", "--noprofile", "--norc", "-c",
            """
            . ./script
            COMP_LINE='graft study --dev --seeds 3' COMP_POINT=17 COMP_WORDS=(graft study --dev --seeds 3) COMP_CWORD=2
            _graft graft --dev
            printf '%s\n' "${COMPREPLY[@]}"
            """
        );

        Assert.Equal("--device\n", offers);
    }

    [Theory]
    [InlineData("", "graft stu", "graft study ")]
    [InlineData("before", "graft study --netw", "graft study --network ")]
    [InlineData("after", "graft study --network=wrn-4", "graft study --network=wrn-40-2 ")]
    [InlineData("after", "graft study --network mod", "graft study --network model.onnx ")]
    [InlineData("after", "graft export --out=no", "graft export --out=notes.txt ")]
    [InlineData("after", "graft study --operations 'teacher,fus", "graft study --operations 'teacher,fused-inverted-residual(e=6,k=3)' ")]
    [InlineData("after", "true; graft study --dev -x\u0002\u0002\u0002", "true; graft study --device  -x")] // Ctrl-B: the cursor goes left
    public async Task Zsh_Completes(string compinit, string line, string expected)
    {
        SkipUnlessThereIs("zsh");
        string script = await ScriptAsync("zsh");
        string setup = compinit switch { "before" => $"{script}\n{Compinit}", "after" => $"{Compinit}\n{script}", _ => script };
        await File.WriteAllTextAsync(Path.Combine(_directory, ".zshrc"), $"{ZshSetup}\n{setup}\n", TestContext.Current.CancellationToken);

        Assert.Equal(expected, await RunAsync("zsh", "-f", "-c", Zsh, "zsh", line));
    }

    [Theory]
    [InlineData("graft stu", "study")]
    [InlineData("graft study --n", "--network --normalization")]
    [InlineData("graft study --network=wrn-4", "--network=wrn-40-2")]
    [InlineData("graft study --network mod", "model.onnx")]
    [InlineData("graft export --out=no", "--out=notes.txt")]
    [InlineData("graft study --workspace ph", "photos/")]
    [InlineData("true; graft study --dev", "--device")]
    public async Task Fish_Completes(string line, string expected)
    {
        SkipUnlessThereIs("fish");
        await File.WriteAllTextAsync(Path.Combine(_directory, "script"), await ScriptAsync("fish"), TestContext.Current.CancellationToken);

        string offers = await RunAsync("fish", "--no-config", "-c", $"source ./script; complete -C \"{line}\"");

        Assert.Equal(expected, string.Join(' ', offers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split('\t')[0])));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void SkipUnlessThereIs(string shell) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, shell))), $"There is no {shell} here.");

    private static async Task<string> ScriptAsync(string shell)
    {
        var result = await InProcess.RunAsync($"completions {shell}");
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Output;
    }

    private async Task<string> RunAsync(string shell, params string[] arguments)
    {
        var start = new ProcessStartInfo(shell, arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment =
            {
                ["PATH"] = $"{Path.Combine(_directory, "bin")}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
                ["HOME"] = _directory,
                ["ZDOTDIR"] = _directory,
                ["TERM"] = "dumb",
            },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }
}
