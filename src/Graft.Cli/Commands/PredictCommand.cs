using System.CommandLine;
using Graft.Analysis.Prediction;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Studies;
using Graft.Measures;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Cli.Commands;

/// <summary><c>graft predict</c>: foretells substitutions that a study has not tried. They are distilled and measured, but not trained on.</summary>
internal sealed class PredictCommand
{
    private readonly Terminal _terminal;
    private readonly Argument<string?> _study = new("STUDY") { Description = "A study's identifier or the start of it (default: the newest).", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _positions = new("--positions") { Description = "Positions to foretell: 1,7,18 or all.", HelpName = "LIST", DefaultValueFactory = _ => "all" };
    private readonly Option<string> _operations = new("--operations") { Description = "Operations to foretell (default: the study's).", HelpName = "LIST" };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Training length (default: the study's longest).", HelpName = "N" };
    private readonly Option<int?> _workers = new("--workers") { Description = "Processes that share the cores (default: one a core).", HelpName = "N" };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<string> _dataDirectory = CommonOptions.DataDirectory();
    private readonly Option<bool> _json = CommonOptions.Json();

    private PredictCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var predict = new PredictCommand(terminal);
        var command = new Command("predict", "Foretell substitutions that a study has not tried.")
        {
            predict._study, predict._positions, predict._operations, predict._epochs, predict._workers, predict._device, predict._workspace, predict._dataDirectory, predict._json,
        };
        command.SetAction(predict.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string directory = parsed.GetValue(_workspace)!;
        Workspace.OpenExisting(directory, TimeProvider.System).Dispose(); // a workspace that is not there is named, not created
        using var workspace = Workspace.Open(directory, TimeProvider.System);
        var outline = StudyOutline.FromJson(FindStudy(workspace, parsed.GetValue(_study)).Document);
        int epochs = EpochsOf(outline, parsed.GetValue(_epochs));
        string device = Surroundings.ResolveDevice(parsed.GetValue(_device)!);
        var threads = StudyThreads.Divide(Environment.ProcessorCount, parsed.GetValue(_workers) ?? (device == "cuda" ? 1 : null));
        string dataDirectory = parsed.GetValue(_dataDirectory)!;
        var data = CommonOptions.LoadData(_terminal, outline.Plan.Data, dataDirectory, cancellation);
        var asked = Asked(parsed, outline.Plan);
        var graph = StudyGraph.Create(Extend(outline.Plan, asked, epochs), data, PrecisionNames.Parse(outline.Plan.Precision, device), ImportedWeights(workspace, outline.Teacher));
        if (graph.Teacher.Key != outline.Teacher)
        {
            throw new DataException($"'{outline.Plan.Data}' is not the data that study {outline.Id} was made with; give the same --data-directory.");
        }

        var before = graph.BeforeTrials();
        if (!parsed.GetValue(_json))
        {
            _terminal.WriteLine($"Study {outline.Id}: {before.Network.Name} on {data.Name}; distilling and measuring what is not yet, without training any network");
        }

        await StudyExecution.RunAsync(_terminal, workspace, directory, before, data, dataDirectory, device, threads, cancellation);
        var result = StudyResultBuilder.Build(StudyOutline.Of(graph, threads.Workers, threads.PerWorker), workspace.Steps);
        var substitutions = StudyPrediction.Substitutions(result.Cells, epochs, result.Teacher.Accuracy);
        var tried = substitutions.Where(s => s.Differences.Count > 0).ToList();
        var untried = substitutions.Where(s => s.Differences.Count == 0 && asked.Operations.Contains(s.Operation) && (asked.Positions.Contains("all") || asked.Positions.Contains($"{s.Position}"))).ToList();
        if (untried.Count == 0)
        {
            throw new ConfigurationException($"study {outline.Id} has tried all of these; name other --positions or --operations.");
        }

        var forecast = ForecastResult.Of(tried, untried, Predictor.All.Select(p => p.Name));
        if (!forecast.HasValue)
        {
            throw new ConfigurationException($"study {outline.Id} cannot foretell: {forecast.Reason}. Run it at more positions.");
        }

        Write(parsed, outline, epochs, tried.Count, forecast.Value);
        return 0;
    }

    private void Write(ParseResult parsed, StudyOutline outline, int epochs, int tried, ForecastResult forecast)
    {
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(new { study = outline.Id, outline.Plan.Network, outline.Plan.Data, epochs, tried, forecast.Forecasts, forecast.MostInformative, forecast.Unpredictable, forecast.Model });
            return;
        }

        _terminal.WriteLine($"Learned from {Format.Count(tried, "substitution")} of {Format.Count(outline.Plan.Seeds, "seed")} each");
        _terminal.WriteLine();
        PredictionTables.Write(_terminal, forecast, epochs);
        if (forecast.MostInformative is [var first, ..])
        {
            _terminal.WriteLine($"Next: a plan of the study with position {first.Position} and '{first.Operation}' added; what is there is not run again.");
        }
    }

    private static StoredStudy FindStudy(Workspace workspace, string? id) => id is null
        ? workspace.Studies.List().FirstOrDefault(s => s.Kind == "study") ?? throw new ConfigurationException($"no study in {workspace.Directory} yet; run 'graft study' first.")
        : workspace.Studies.Find(id);

    private static int EpochsOf(StudyOutline outline, int? asked) => asked is null || outline.Plan.Epochs.Contains(asked.Value)
        ? asked ?? outline.Plan.Epochs.Max()
        : throw new ConfigurationException($"study {outline.Id} has no trials of {Format.Count(asked.Value, "epoch")}, but of {string.Join(", ", outline.Plan.Epochs)}.");

    private (IReadOnlyList<string> Positions, IReadOnlyList<string> Operations) Asked(ParseResult parsed, StudyPlan plan)
    {
        var names = parsed.GetValue(_operations) is { } given ? OperationCatalog.SplitNames(given) : plan.Operations;
        return (
            parsed.GetValue(_positions)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            [.. OperationCatalog.Default.ParseList(names).Select(o => o.Text)]);
    }

    private static StudyPlan Extend(StudyPlan plan, (IReadOnlyList<string> Positions, IReadOnlyList<string> Operations) asked, int epochs) => plan with
    {
        Positions = [.. plan.Positions, .. asked.Positions],
        Operations = [.. plan.Operations, .. asked.Operations],
        Epochs = [epochs],
        Predictors = plan.Predictors ?? new(),
    };

    private static string? ImportedWeights(Workspace workspace, string teacher) =>
        workspace.Steps.Find(teacher) is { } stored && Step.FromJson(stored.Specification) is ImportStep import ? import.Sha256 : null;
}
