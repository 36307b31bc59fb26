using System.CommandLine;
using System.Globalization;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Engine.Local;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using Graft.Report;

namespace Graft.Cli.Commands;

/// <summary><c>graft study</c>: runs a plan and shows its table.</summary>
internal sealed class StudyCommand
{
    private readonly Terminal _terminal;
    private readonly Option<string> _preset = new("--preset") { Description = "quick, cifar10-lite or paper (default: quick).", HelpName = "NAME" };
    private readonly Option<string> _plan = new("--plan") { Description = "A plan as a YAML file; see docs/plans.md.", HelpName = "FILE" };
    private readonly Option<string> _network = new("--network") { Description = "The network: wrn-DEPTH-WIDTH or resnet-DEPTH.", HelpName = "NAME" };
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string> _teacher = new("--teacher") { Description = "Trained weights to start from (safetensors).", HelpName = "FILE" };
    private readonly Option<string> _positions = new("--positions") { Description = "Positions: 1,7,18 or all.", HelpName = "LIST" };
    private readonly Option<string> _operations = new("--operations") { Description = "Operations: names, patterns, 'seed' (the study's seven), 'controls', 'lana' (the pool) or 'all'.", HelpName = "LIST" };
    private readonly Option<string> _epochs = new("--epochs") { Description = "Training lengths: 25,50.", HelpName = "LIST" };
    private readonly Option<int?> _seeds = new("--seeds") { Description = "Seeds of each cell.", HelpName = "N" };
    private readonly Option<int?> _workers = new("--workers") { Description = "Processes that share the cores (default: one a core).", HelpName = "N" };
    private readonly Option<string> _precision = new("--precision") { Description = "auto, fp32 or bf16.", HelpName = "NAME" };
    private readonly Option<bool> _predictors = new("--predictors") { Description = "Measure what may foretell accuracy, before any trial." };
    private readonly Option<double> _margin = CommonOptions.Margin();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would run and how long it would take." };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<string> _dataDirectory = CommonOptions.DataDirectory();
    private readonly Option<bool> _json = CommonOptions.Json();

    private StudyCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var study = new StudyCommand(terminal);
        var command = new Command("study", "Swap operations in a trained network, train on, test.")
        {
            study._preset, study._plan, study._network, study._data, study._teacher, study._positions, study._operations, study._epochs, study._seeds,
            study._workers, study._device, study._precision, study._predictors, study._margin, study._workspace, study._dataDirectory, study._dryRun, study._json,
        };
        command.SetAction(study.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var plan = ReadPlan(parsed);
        plan.Validate();
        var options = CommonOptions.Analysis(parsed.GetValue(_margin));
        string device = Surroundings.ResolveDevice(parsed.GetValue(_device)!);
        var threads = StudyThreads.Divide(Environment.ProcessorCount, parsed.GetValue(_workers) ?? (device == "cuda" ? 1 : null)); // workers would share the GPU's memory
        var precision = PrecisionNames.Parse(plan.Precision, device);
        var data = CommonOptions.LoadData(_terminal, plan.Data, parsed.GetValue(_dataDirectory)!, cancellation);
        var graph = StudyGraph.Create(plan, data, precision, plan.Teacher.Weights is { } weights ? TeacherImport.HashOf(weights) : null);
        if (plan.Teacher.Weights is { } path)
        {
            NetworkWeights.Open(path, data.Train.Shape, data.ClassNames.Count, plan.Network).Dispose(); // weights that do not fit are named before anything is stored
        }

        if (parsed.GetValue(_dryRun))
        {
            return DryRun(parsed, graph, data, device, threads);
        }

        string directory = parsed.GetValue(_workspace)!;
        using var workspace = Workspace.Open(directory, TimeProvider.System);
        TeacherImport.Import(workspace, plan.Teacher.Weights, graph.Teacher);
        var outline = StudyOutline.Of(graph, threads.Workers, threads.PerWorker);
        workspace.Steps.Declare(graph.Steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        workspace.Studies.Save(graph.Id, "study", PlanFile.ToYaml(graph.Plan), outline.ToJson(), [.. outline.StepKeys]);
        if (!parsed.GetValue(_json))
        {
            StudyHeader.Write(_terminal, graph, data, device, threads, directory);
        }

        await StudyExecution.RunAsync(_terminal, workspace, directory, graph, data, parsed.GetValue(_dataDirectory)!, device, threads, cancellation);

        var result = StudyResultBuilder.Build(outline, workspace.Steps, options);
        string report = Path.Combine(directory, "reports", $"{graph.Id}.html");
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(result); // before the report: the results do not depend on it
            await StudyReport.WriteAsync(result, report, cancellation);
        }
        else
        {
            StudyTables.Write(_terminal, result);
            PredictionTables.Write(_terminal, result);
            await StudyReport.WriteAsync(result, report, cancellation);
            _terminal.WriteLine($"Saved in {directory} as study {result.Study}.  Report: {report}");
            _terminal.WriteLine(result.State == "done"
                ? Invariant($"Next: graft show study {result.Study}, or more seeds: the same command with --seeds {plan.Seeds + 1} (what is there is not run again).")
                : "Next: the same command tries again what failed, and only that.");
        }

        return result.State == "done" ? 0 : 1;
    }

    private StudyPlan ReadPlan(ParseResult parsed)
    {
        string? preset = parsed.GetValue(_preset), file = parsed.GetValue(_plan);
        if (preset is not null && file is not null)
        {
            throw new ConfigurationException("--preset and --plan are both given; choose one (a plan's keys that are left out have defaults).");
        }

        var plan = file is not null ? PlanFile.Load(file) : Preset.Load(preset ?? "quick");
        return plan with
        {
            Network = parsed.GetValue(_network) ?? plan.Network,
            Data = parsed.GetValue(_data) ?? plan.Data,
            Positions = parsed.GetValue(_positions)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? plan.Positions,
            Operations = parsed.GetValue(_operations) is { } operations ? OperationCatalog.SplitNames(operations) : plan.Operations,
            Epochs = parsed.GetValue(_epochs)?.Split(',').Select(EpochNumber).ToList() ?? plan.Epochs,
            Seeds = parsed.GetValue(_seeds) ?? plan.Seeds,
            Predictors = plan.Predictors ?? (parsed.GetValue(_predictors) ? new() : null),
            Precision = parsed.GetValue(_precision) ?? plan.Precision,
            Teacher = plan.Teacher with { Weights = parsed.GetValue(_teacher) ?? plan.Teacher.Weights },
        };
    }

    private static int EpochNumber(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ConfigurationException($"--epochs: '{text}' is not a whole number. Write for instance --epochs 25,50.");

    private int DryRun(ParseResult parsed, StudyGraph graph, ImageData data, string device, StudyThreads threads)
    {
        var done = Workspace.DoneSteps(parsed.GetValue(_workspace)!, graph.Steps.Select(s => s.Key), TimeProvider.System);
        var estimate = StudyEstimate.Measure(graph, data, device, threads, done, TimeProvider.System);
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(estimate);
        }
        else
        {
            StudyHeader.Write(_terminal, graph, data, device, threads, parsed.GetValue(_workspace)!);
            DryRunTable.Write(_terminal, estimate.Kinds, estimate.TrainingImagesPerSecond, graph.Unavailable);
        }

        return 0;
    }
}
