using System.CommandLine;
using System.CommandLine.Help;
using Graft.Cli.Commands;
using Graft.Cli.Views;

namespace Graft.Cli;

/// <summary>The command line: parses, calls the library, draws. Results go to the output, progress and errors to the error output.</summary>
/// <param name="output">Where results go.</param>
/// <param name="error">Where progress and errors go.</param>
public sealed class GraftApp(TextWriter output, TextWriter error)
{
    private static readonly Dictionary<string, string> Examples = new()
    {
        ["graft"] = "graft study --preset quick",
        ["graft study"] = "graft study --network wrn-16-2 --data cifar10 --positions 1,6 --epochs 3",
        ["graft accelerate"] = "graft accelerate --teacher teacher.safetensors --network wrn-16-2 --data cifar10 --budget 0.5",
        ["graft train"] = "graft train --network wrn-16-2 --data cifar10 --epochs 10 --out teacher.safetensors",
        ["graft evaluate"] = "graft evaluate teacher.safetensors --data cifar10",
        ["graft export"] = "graft export teacher.safetensors --data cifar10 --out teacher.onnx",
        ["graft catalog"] = "graft catalog network wrn-40-2",
        ["graft data"] = "graft data get cifar10",
        ["graft show"] = "graft show 3f9c12",
        ["graft cancel"] = "graft cancel 3f9c12",
        ["graft bench"] = "graft bench --network wrn-40-2 --peer bench/pytorch_peer.py",
        ["graft doctor"] = "graft doctor",
        ["graft completions"] = "graft completions bash >> ~/.bashrc",
        ["graft predict"] = "graft predict --operations 'conv-stack(w=1/2),residual(w=1)'",
        ["graft pack"] = "graft pack --out study.zip --weights",
        ["graft unpack"] = "graft unpack study.zip --workspace elsewhere",
        ["graft workspace"] = "graft workspace --prune --dry-run",
        ["graft report"] = "graft report --out report.html",
    };

    // From Ctrl-C or SIGTERM until the process is ended by force: workers save a checkpoint and have 15 s for it, and a batch may take long.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    // The commands that go on where they were broken off.
    private static readonly string[] Resumed =
    [
        "graft study", "graft accelerate", "graft train", "graft predict", "graft export", "graft data get", "graft worker", "graft step",
    ];

    // What a shell is to be told when Ctrl-C ended a program: 128 + SIGINT.
    private const int Stopped = 130;

    /// <summary>Runs a command and returns the exit code: 0 done, 1 the run failed, 2 wrong usage, plan or data, 130 stopped by Ctrl-C or SIGTERM.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var terminal = new Terminal(output, error);
        var parsed = Root(terminal).Parse(args);
        bool isNoCommand = UsageErrors.NoCommand(parsed) is not null; // help on what is not there would be that of something else
        bool isMisplaced = UsageErrors.OptionAsArgument(parsed) is not null || UsageErrors.OptionAsValue(parsed) is not null;
        if (isNoCommand || ((parsed.Errors.Count > 0 || isMisplaced) && parsed.Action is not HelpWithExample))
        {
            terminal.WriteError(UsageErrors.Describe(parsed));
            return 2;
        }

        bool verbose = parsed.GetValue(Verbose);
        using var stop = new StopSignals(StopTimeout, Stopped, isForPeople: !parsed.CommandResult.Command.Hidden);
        try
        {
            Extensions.Load(UserDirectories.Extensions);
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                stop.Token
            );
        }
        catch (GraftException e)
        {
            terminal.WriteError(verbose ? e.ToString() : RemedyOptions.Append(e.Message, e.Remedies, parsed.CommandResult));
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            bool keeps = Resumed.Contains(UsageErrors.PathOf(parsed.CommandResult)) && !parsed.CommandResult.Command.Options
                .Any(o => o.Name == "--dry-run" && parsed.GetResult(o) is { Implicit: false });
            terminal.WriteProgress(keeps ? "Stopped. What was finished is kept; the same command goes on from there." : "Stopped.");
            return Stopped;
        }
        catch (Exception e) // a fault of the program, or of the output: a line for people, the rest for those who ask
        {
            terminal.WriteError(verbose ? e.ToString() : $"{e.Message.Split('\n', 2)[0].Trim().TrimEnd('.')}; run again with --verbose for details.");
            return 1;
        }
    }

    internal static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Swaps operations inside a trained convolutional network and measures what that does.");
        root.Directives.Clear(); // [suggest]: shells ask CompleteCommand
        root.Options.Add(Verbose);
        root.Subcommands.Add(StudyCommand.Create(terminal));
        root.Subcommands.Add(AccelerateCommand.Create(terminal));
        root.Subcommands.Add(TrainCommand.Create(terminal));
        root.Subcommands.Add(EvaluateCommand.Create(terminal));
        root.Subcommands.Add(ExportCommand.Create(terminal));
        root.Subcommands.Add(CatalogCommand.Create(terminal));
        root.Subcommands.Add(DataCommand.Create(terminal));
        root.Subcommands.Add(ShowCommand.Create(terminal));
        root.Subcommands.Add(CancelCommand.Create(terminal));
        root.Subcommands.Add(ReportCommand.Create(terminal));
        root.Subcommands.Add(PackCommand.CreatePack(terminal));
        root.Subcommands.Add(PackCommand.CreateUnpack(terminal));
        root.Subcommands.Add(WorkspaceCommand.Create(terminal));
        root.Subcommands.Add(PredictCommand.Create(terminal));
        root.Subcommands.Add(BenchCommand.Create(terminal));
        root.Subcommands.Add(DoctorCommand.Create(terminal));
        root.Subcommands.Add(CompletionsCommand.Create(terminal));
        root.Subcommands.Add(CompleteCommand.Create(terminal));
        root.Subcommands.Add(BenchStepCommand.Create(terminal));
        root.Subcommands.Add(WorkerCommand.Create(terminal));
        root.Subcommands.Add(StepCommand.Create(terminal));
        root.SetAction(_ => HomeView.Write(terminal));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample(new HelpAction { MaxWidth = terminal.Out.Profile.Width }, Examples, terminal);
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        return root;
    }
}
