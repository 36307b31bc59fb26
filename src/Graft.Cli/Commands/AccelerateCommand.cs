using System.CommandLine;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Latency;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Report;
using Graft.Steps;

namespace Graft.Cli.Commands;

/// <summary><c>graft accelerate</c>: makes a trained network meet a latency budget and hands over an ONNX file.</summary>
internal sealed class AccelerateCommand
{
    /// <summary>The kind of its entries in the record.</summary>
    public const string Kind = "acceleration";

    private readonly Terminal _terminal;
    private readonly Option<string> _preset = new("--preset") { Description = "quick-acceleration or cifar10-acceleration (default: the first).", HelpName = "NAME" };
    private readonly Option<string> _plan = new("--plan") { Description = "A plan as a YAML file; see docs/acceleration.md.", HelpName = "FILE" };
    private readonly Option<string> _network = new("--network") { Description = "The network: wrn-DEPTH-WIDTH or resnet-DEPTH.", HelpName = "NAME" };
    private readonly Option<string> _data = CommonOptions.Data();
    private readonly Option<string> _teacher = new("--teacher") { Description = "Trained weights to start from (safetensors).", HelpName = "FILE" };
    private readonly Option<string> _operations = new("--operations") { Description = "Operations that positions may get.", HelpName = "LIST" };
    private readonly Option<string> _budget = new("--budget") { Description = "Latency: a part of the teacher's (0.5) or milliseconds (2.5ms).", HelpName = "BUDGET" };
    private readonly Option<int?> _solutions = new("--solutions") { Description = "Architectures that are selected and judged.", HelpName = "N" };
    private readonly Option<int?> _epochs = new("--finetune-epochs") { Description = "Epochs of fine-tuning.", HelpName = "N" };
    private readonly Option<string> _out = new("--out") { Description = "Where the accelerated network goes (ONNX).", HelpName = "FILE", DefaultValueFactory = _ => "accelerated.onnx" };
    private readonly Option<string> _table = new("--latency-table") { Description = "A latency table to use and add to (default: the workspace's own).", HelpName = "FILE" };
    private readonly Option<bool> _foreign = new("--foreign-latencies") { Description = "Take a table of another machine; what it lacks is measured here." };
    private readonly Option<int?> _workers = new("--workers") { Description = "Processes that share the cores (default: one a core).", HelpName = "N" };
    private readonly Option<string> _precision = new("--precision") { Description = "auto, fp32 or bf16, of training.", HelpName = "NAME" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would run and how long it would take." };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<string> _dataDirectory = CommonOptions.DataDirectory();
    private readonly Option<bool> _json = CommonOptions.Json();

    private AccelerateCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var accelerate = new AccelerateCommand(terminal);
        var command = new Command("accelerate", "Make a trained network meet a latency budget; gives an ONNX file.")
        {
            accelerate._preset, accelerate._plan, accelerate._network, accelerate._data, accelerate._teacher, accelerate._operations, accelerate._budget,
            accelerate._solutions, accelerate._epochs, accelerate._out, accelerate._table, accelerate._foreign, accelerate._workers, accelerate._device,
            accelerate._precision, accelerate._workspace, accelerate._dataDirectory, accelerate._dryRun, accelerate._json,
        };
        command.SetAction(accelerate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var plan = ReadPlan(parsed);
        plan.Validate();
        string device = Surroundings.ResolveDevice(parsed.GetValue(_device)!);
        var threads = StudyThreads.Divide(Environment.ProcessorCount, parsed.GetValue(_workers) ?? (device == "cuda" ? 1 : null));
        var precision = PrecisionNames.Parse(plan.Precision, device);
        var data = CommonOptions.LoadData(_terminal, plan.Data, parsed.GetValue(_dataDirectory)!, cancellation);
        var graph = AccelerationGraph.Create(plan, data, precision, plan.Teacher.Weights is { } weights ? TeacherImport.HashOf(weights) : null);
        if (plan.Teacher.Weights is { } path)
        {
            NetworkWeights.Open(path, data.Train.Shape, data.ClassNames.Count, plan.Network).Dispose(); // weights that do not fit are named before anything is stored
        }

        var target = new LatencyTarget(Surroundings.Read(device).Machine, $"ONNX Runtime {OnnxModel.RuntimeVersion}", plan.Latency.BatchSize, plan.Latency.Threads);
        string directory = Path.GetFullPath(parsed.GetValue(_workspace)!);
        bool json = parsed.GetValue(_json);
        if (parsed.GetValue(_dryRun))
        {
            return DryRun(parsed, graph, data, device, threads, target);
        }

        using var workspace = Workspace.Open(directory, TimeProvider.System);
        string file = parsed.GetValue(_table) ?? workspace.Artifacts.PathOf($"latency/{target.Id()}.json");
        var measurement = new LatencyMeasurement(file, target, plan.Latency, TimeProvider.System, parsed.GetValue(_foreign));
        measurement.Check();
        TeacherImport.Import(workspace, plan.Teacher.Weights, graph.Teacher);
        if (!json)
        {
            AccelerationHeader.Write(_terminal, graph, data, threads, target, directory);
        }

        AccelerationResult result;
        await using (var pool = new WorkerPool(
            threads.Workers,
            () => WorkerCommand.Start(directory, plan.Data, parsed.GetValue(_dataDirectory)!, device),
            (key, error) => workspace.Steps.Fail(key, error, 0)))
        {
            result = await new AccelerationRunner(workspace, graph, pool, threads, measurement, new AccelerationProgress(_terminal, TimeProvider.System)).RunAsync(target, cancellation);
        }

        result = Export(result, workspace, data, parsed.GetValue(_out)!, cancellation);
        workspace.Studies.Save(graph.Id, Kind, result.Plan, StepResults.ToJson(result), [graph.Teacher.Key, .. graph.Distillations.Select(s => s.Key)]);
        bool whole = result.Failures.Count == 0 && result.Model is not null;
        if (json)
        {
            _terminal.WriteJson(result);
        }
        else
        {
            AccelerationTables.Write(_terminal, result);
        }

        string report = Path.Combine(directory, "reports", $"{graph.Id}.html");
        await AccelerationReport.WriteAsync(result, report, cancellation);
        if (!json)
        {
            _terminal.WriteLine($"Saved in {directory} as {graph.Id}.  Report: {report}");
            _terminal.WriteLine(result.Model is not null
                ? $"Next: graft show study {graph.Id} --json for all numbers, or another budget: the same command with --budget (what is there is not run again)."
                : "Next: the same command tries again what failed, and only that.");
        }

        return whole ? 0 : 1;
    }

    private int DryRun(ParseResult parsed, AccelerationGraph graph, ImageData data, string device, StudyThreads threads, LatencyTarget target)
    {
        string directory = parsed.GetValue(_workspace)!;
        Step[] steps = [graph.Teacher, .. graph.Distillations, .. graph.Candidates.Select(c => c.Score).OfType<ScoreStep>()];
        var done = Workspace.DoneSteps(directory, steps.Select(s => s.Key), TimeProvider.System);
        var estimate = AccelerationEstimate.Measure(graph, data, device, threads, done, TimeProvider.System);
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(estimate);
        }
        else
        {
            AccelerationHeader.Write(_terminal, graph, data, threads, target, Path.GetFullPath(directory));
            DryRunTable.Write(_terminal, estimate.Kinds, estimate.TrainingImagesPerSecond, graph.Unavailable);
        }

        return 0;
    }

    private static AccelerationResult Export(AccelerationResult result, Workspace workspace, ImageData data, string path, CancellationToken cancellation)
    {
        if (result.Networks.First(n => n.Name == AccelerationRunner.Accelerated) is not { Weights: { } weights } best)
        {
            return result;
        }

        string file = Path.Combine(workspace.Directory, weights);
        using var network = NetworkWeights.Open(file, data.Train.Shape, data.ClassNames.Count, result.Network);
        var normalization = NetworkWeights.ReadNormalization(file) ?? data.Normalization;
        var options = new OnnxExportOptions
        {
            Normalization = normalization,
            ClassNames = data.ClassNames,
            Provenance = new Dictionary<string, string>
            {
                ["graft.acceleration"] = result.Acceleration,
                ["graft.accuracy"] = Invariant($"{best.Accuracy:0.0000}"),
                ["graft.latency"] = Invariant($"{best.LatencyMs!.Median:0.0000} ms on {result.Target}"),
            },
        };
        var check = OnnxExport.Save(network, options, path, BatchLoader.InOrder(data.Test, normalization, null, 250), cancellation);
        return result with { Model = path, ModelMaxDifference = check.MaxDifference };
    }

    private AccelerationPlan ReadPlan(ParseResult parsed)
    {
        string? preset = parsed.GetValue(_preset), file = parsed.GetValue(_plan);
        if (preset is not null && file is not null)
        {
            throw new ConfigurationException("--preset and --plan are both given; choose one (a plan's keys that are left out have defaults).");
        }

        var plan = file is not null ? AccelerationPlanFile.Load(file) : AccelerationPlanFile.LoadPreset(preset ?? AccelerationPlanFile.Presets[0]);
        return plan with
        {
            Network = parsed.GetValue(_network) ?? plan.Network,
            Data = parsed.GetValue(_data) ?? plan.Data,
            Operations = parsed.GetValue(_operations) is { } operations ? OperationCatalog.SplitNames(operations) : plan.Operations,
            Precision = parsed.GetValue(_precision) ?? plan.Precision,
            Teacher = plan.Teacher with { Weights = parsed.GetValue(_teacher) ?? plan.Teacher.Weights },
            Selection = plan.Selection with
            {
                Budget = parsed.GetValue(_budget) ?? plan.Selection.Budget,
                Solutions = parsed.GetValue(_solutions) ?? plan.Selection.Solutions,
            },
            FineTuning = plan.FineTuning with { Epochs = parsed.GetValue(_epochs) ?? plan.FineTuning.Epochs },
        };
    }
}
