using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Latency;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft accelerate</c>: makes a trained network meet a latency budget and hands over an ONNX file.</summary>
internal sealed class AccelerateCommand
{
    /// <summary>The option that forgets latencies.</summary>
    internal const string MeasureAgain = "--measure-again";

    private readonly Terminal _terminal;
    private readonly CliSession _session = new();
    private readonly PlanOptions _options = new(
        "quick-, standard- or cifar10-acceleration (default: the data set's)",
        "docs/acceleration.md",
        AccelerationPlanFile.Presets,
        Offers.KeysOf<AccelerationPlan>()
    );
    private readonly Option<string> _operations = CommonOptions.Operations();
    private readonly Option<string> _budget = new("--budget")
    {
        Description = "Latency: a part of the teacher's (0.5) or milliseconds (2.5ms).",
        HelpName = "BUDGET",
    };
    private readonly Option<int?> _spans = new("--spans") { Description = CommonOptions.Spans, HelpName = "N" };
    private readonly Option<string> _score = new("--score")
    {
        Description = "What is added up over positions: kl-divergence, or another measure (docs/predictors.md).",
        HelpName = "NAME",
        CompletionSources = { Offers.Scores },
    };
    private readonly Option<int?> _solutions = new("--solutions") { Description = "Architectures that are selected and judged.", HelpName = "N" };
    private readonly Option<int?> _epochs = new("--finetune-epochs") { Description = "Epochs of fine-tuning.", HelpName = "N" };
    private readonly Option<string> _out = CommonOptions.Out("accelerated.onnx", "The accelerated network, as ONNX.", ".onnx");

    private readonly Option<bool> _exportOwn = new("--export-own")
    {
        Description = "Export Graft's own choice, even where another network of the table is better.",
    };
    private readonly Option<string> _table = new("--latency-table")
    {
        Description = "A latency table to use and add to.",
        HelpName = "FILE",
        CompletionSources = { Offers.Files(".json") },
    };
    private readonly Option<bool> _foreign = new("--foreign-latencies") { Description = "Take a table of another machine; what it lacks is measured here." };
    private readonly Option<bool> _again = new(MeasureAgain) { Description = "Measure all latencies anew, and select anew by them." };
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<bool> _json = CommonOptions.Json();

    private AccelerateCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var accelerate = new AccelerateCommand(terminal);
        var (options, session) = (accelerate._options, accelerate._session);
        var command = new Command("accelerate", "Make a trained network meet a latency budget; gives an ONNX file.")
        {
            options.Preset,
            options.Plan,
            options.Set,
            options.Network,
            options.Data,
            options.Teacher,
            options.TeacherEpochs,
            accelerate._operations,
            accelerate._spans,
            accelerate._budget,
            accelerate._score,
            accelerate._solutions,
            accelerate._epochs,
            accelerate._out,
            accelerate._exportOwn,
            accelerate._table,
            accelerate._foreign,
            accelerate._again,
            session.Workers,
            session.Device,
            options.Precision,
            session.Workspace,
            session.Store,
            session.DataDirectory,
            options.DryRun,
            accelerate._force,
            accelerate._json,
        };
        options.Images.All.Concat(session.Cluster.All).Concat(session.Import.All).ToList().ForEach(command.Options.Add);
        command.SetAction(accelerate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var plan = ReadPlan(parsed);
        OutputFile.Require(_out.Name, parsed.GetValue(_out)!, plan.Teacher.Weights, parsed.GetValue(_table), plan.Network);
        OutputFile.RequireOnnxName(_out.Name, parsed.GetValue(_out)!);
        var table = parsed.GetValue(_table) is { } file ? new LatencySource(file, parsed.GetValue(_foreign)) : null;
        if (table is not null && !(table.AllowForeign && File.Exists(table.Path))) // another machine's is read only
        {
            OutputFile.Require(_table.Name, table.Path, plan.Teacher.Weights, plan.Network);
        }

        using var session = _session.Open(_terminal, parsed);
        RequireSense(parsed);
        var job = session.Accelerate(plan, table, cancellation);
        CliSession.WriteNotes(_terminal, job.Data);
        string directory = Path.GetFullPath(_session.DirectoryOf(parsed));
        bool json = parsed.GetValue(_json);
        if (parsed.GetValue(_options.DryRun))
        {
            OutputFile.NoteExisting(_terminal, parsed.GetValue(_out)!, parsed.GetValue(_force), job.HasEnded());
            return DryRunTable.Show(_terminal, job, session, json, WriteHeader, job.Outline.Unavailable, cancellation);
        }

        _ = session.Workspace; // one that cannot be used is named before anything is said
        Prepare(parsed, job, directory);
        if (!json)
        {
            WriteHeader();
            _terminal.WriteLine();
        }

        if (!await _session.RunAsync(_terminal, parsed, session, job, "acceleration", json, cancellation))
        {
            return 0;
        }

        var result = HandOver(job.Result, directory, parsed.GetValue(_out)!);
        if (table is not null)
        {
            KeepLatencies(job.Latencies, table.Path);
        }

        await ShowAsync(result, directory, CommonOptions.WorkspaceArgument(_session.DirectoryOf(parsed)), json, cancellation);
        return result.State == JobState.Done ? 0 : 1;

        void WriteHeader() => AccelerationHeader.Write(_terminal, job, session, directory, _options.OriginOf(parsed, AccelerationPlanFile.DefaultFor));
    }

    private void RequireSense(ParseResult parsed)
    {
        bool hasTable = parsed.GetValue(_table) is not null, again = parsed.GetValue(_again);
        if (parsed.GetValue(_foreign) && !hasTable)
        {
            throw new ConfigurationException("--foreign-latencies does nothing without --latency-table, which names the table of another machine.");
        }

        if (again && hasTable)
        {
            throw new ConfigurationException("--measure-again measures what --latency-table gives; choose one.");
        }

        if (again && parsed.GetValue(_options.DryRun))
        {
            throw new ConfigurationException("--measure-again does nothing in a dry run, which changes nothing; leave one of them out.");
        }
    }

    // Sees that the network can be handed over, and forgets what is to be measured again.
    private void Prepare(ParseResult parsed, AccelerationJob job, string directory)
    {
        string? before = job.Result.Model;
        OutputFile.RequireNew(parsed.GetValue(_out)!, parsed.GetValue(_force), before is null ? null : Path.Combine(directory, before));
        if (!parsed.GetValue(_again))
        {
            return;
        }

        if (before is not null)
        {
            _terminal.WriteProgress(
                $"measuring again: what acceleration {job.Outline.Id} found before is replaced; files that it handed over stay as they are"
            );
        }

        if (job.MeasureAgain() is { Count: > 0 } others)
        {
            _terminal.WriteProgressNote(
                $"{Listing.Of(others)} went by the same latencies and {(others.Count == 1 ? "is" : "are")} incomplete now: the same command as before selects and fine-tunes anew by the new ones."
            );
        }
    }

    private void KeepLatencies(LatencyTable? latencies, string path)
    {
        if (latencies?.AddTo(path) is false)
        {
            _terminal.WriteProgressNote($"{path} is of another target and stays as it is; what was measured here is in the workspace.");
        }
    }

    // Copies the exported file from the workspace to where it is wanted.
    private static AccelerationResult HandOver(AccelerationResult result, string directory, string path)
    {
        if (result.Model is not { } model)
        {
            return result;
        }

        OutputFile.HandOver(Path.Combine(directory, model), path);
        return result with { Model = path };
    }

    private async Task ShowAsync(AccelerationResult result, string directory, string workspace, bool json, CancellationToken cancellation)
    {
        if (json)
        {
            _terminal.WriteJson(result);
        }
        else
        {
            AccelerationTables.Write(_terminal, result);
        }

        string report = Path.Combine(directory, "reports", $"{result.Acceleration}.html");
        await AccelerationReport.WriteAsync(result, report, cancellation);
        if (!json)
        {
            _terminal.WriteLine($"Saved in {directory} as {result.Acceleration}.  Report: {report}");
            _terminal.WriteLine(
                result.State == JobState.Done
                    ? $"Next: graft show acceleration {result.Acceleration}{workspace} --json for all numbers, or another budget: the same command with --budget and --out (what is there is not run again)."
                    : "Next: the same command tries again what failed, and only that."
            );
        }
    }

    private AccelerationPlan ReadPlan(ParseResult parsed) => _options.Read(
        parsed,
        AccelerationPlanFile.Load,
        AccelerationPlanFile.LoadPreset,
        AccelerationPlanFile.DefaultFor,
        AccelerationPlanFile.With,
        plan => plan with
        {
            Network = _options.NetworkOf(parsed) ?? plan.Network,
            Data = parsed.GetValue(_options.Data) ?? plan.Data,
            Images = _options.Images.Read(parsed, plan.Images),
            Operations = PlanOptions.Operations(parsed, _operations) ?? plan.Operations,
            Export = parsed.GetValue(_exportOwn) ? AccelerationResult.Accelerated : plan.Export,
            Spans = parsed.GetValue(_spans) ?? plan.Spans,
            Precision = parsed.GetValue(_options.Precision) ?? plan.Precision,
            Teacher = _options.TeacherOf(parsed, plan.Teacher),
            Selection = plan.Selection with
            {
                Budget = parsed.GetValue(_budget) ?? plan.Selection.Budget,
                Score = parsed.GetValue(_score) ?? plan.Selection.Score,
                Solutions = parsed.GetValue(_solutions) ?? plan.Selection.Solutions,
            },
            FineTuning = plan.FineTuning with { Epochs = parsed.GetValue(_epochs) ?? plan.FineTuning.Epochs },
        });
}
