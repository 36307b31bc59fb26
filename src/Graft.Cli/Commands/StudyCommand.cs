using System.CommandLine;
using System.Globalization;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Measures;
using Graft.Operations;
using Graft.Report;

namespace Graft.Cli.Commands;

/// <summary><c>graft study</c>: runs a plan and shows its table.</summary>
internal sealed class StudyCommand
{
    private readonly Terminal _terminal;
    private readonly CliSession _session = new();
    private readonly PlanOptions _options = new(
        "quick, standard, cifar10-lite or paper (default: the data set's)",
        "docs/plans.md",
        StudyPreset.Names,
        Offers.KeysOf<StudyPlan>()
    );
    private readonly Option<string> _positions = CommonOptions.Positions(more: "Also runs of them, 3-4, and an ONNX file's nodes.");
    private readonly Option<string> _operations = CommonOptions.Operations();

    private readonly Option<string> _epochs = new("--epochs") { Description = "Epochs of training. Each of several is tried: 25,50.", HelpName = "LIST" };
    private readonly Option<int?> _seeds = new("--seeds") { Description = "Seeds of each cell.", HelpName = "N" };
    private readonly Option<bool> _until = new("--until-decided") { Description = "Add seeds where verdicts are open, and only there." };
    private readonly Option<int?> _maxSeeds = new("--max-seeds") { Description = "Most seeds of a cell with --until-decided (default: 10).", HelpName = "N" };
    private readonly Option<bool> _predictors = new("--predictors") { Description = "Measure what may predict accuracy, before any trial." };
    private readonly Option<string> _measures = new("--measures")
    {
        Description = "The same with these measures only: cka,naswot; see docs/predictors.md.",
        HelpName = "LIST",
        CompletionSources = { Offers.Measures },
    };
    private readonly Option<double?> _margin = CommonOptions.Margin();
    private readonly Option<bool> _json = CommonOptions.Json();

    private StudyCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var study = new StudyCommand(terminal);
        var (options, session) = (study._options, study._session);
        var command = new Command("study", "Swap operations in a trained network, train on, test.")
        {
            options.Preset,
            options.Plan,
            options.Set,
            options.Network,
            options.Data,
            options.Teacher,
            options.TeacherEpochs,
            study._positions,
            study._operations,
            study._epochs,
            study._seeds,
            study._until,
            study._maxSeeds,
            session.Workers,
            session.Device,
            options.Precision,
            study._predictors,
            study._measures,
            study._margin,
            session.Workspace,
            session.Store,
            session.DataDirectory,
            options.DryRun,
            study._json,
        };
        options.Images.All.Concat(session.Cluster.All).Concat(session.Import.All).ToList().ForEach(command.Options.Add);
        command.SetAction(study.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var analysis = CommonOptions.Analysis(parsed.GetValue(_margin));
        var plan = ReadPlan(parsed);
        using var session = _session.Open(_terminal, parsed);
        var study = session.Study(plan, cancellation);
        study.Analysis = analysis ?? study.Analysis;
        CliSession.WriteNotes(_terminal, study.Data);
        bool json = parsed.GetValue(_json);
        if (parsed.GetValue(_options.DryRun))
        {
            return DryRunTable.Show(_terminal, study, session, json, WriteHeader, study.Graph.Unavailable, cancellation);
        }

        _ = session.Workspace; // one that cannot be used is named before anything is said
        if (!json)
        {
            WriteHeader();
            _terminal.WriteLine();
        }

        if (!await _session.RunAsync(_terminal, parsed, session, study, "study", json, cancellation))
        {
            return 0;
        }

        var result = study.Result;
        await ShowAsync(result, plan, _session.DirectoryOf(parsed), json, cancellation);
        return result.State == JobState.Done ? 0 : 1;

        void WriteHeader() => StudyHeader.Write(_terminal, study, session, _session.DirectoryOf(parsed), _options.OriginOf(parsed, StudyPreset.DefaultFor));
    }

    private async Task ShowAsync(StudyResult result, StudyPlan plan, string directory, bool json, CancellationToken cancellation)
    {
        string report = Path.Combine(directory, "reports", $"{result.Study}.html");
        if (json)
        {
            _terminal.WriteJson(result); // before the report: the results do not depend on it
            await StudyReport.WriteAsync(result, report, cancellation);
            return;
        }

        StudyTables.Write(_terminal, result);
        PredictionTables.Write(_terminal, result);
        await StudyReport.WriteAsync(result, report, cancellation);
        _terminal.WriteLine($"Saved in {directory} as study {result.Study}.  Report: {report}");
        string show = $"graft show study {result.Study}{CommonOptions.WorkspaceArgument(directory)}";
        _terminal.WriteLine(
            result.State != JobState.Done ? "Next: the same command tries again what failed, and only that."
            : plan.UntilDecided is not null ? $"Next: {show}, or graft report {result.Study}{CommonOptions.WorkspaceArgument(directory)}."
            : $"Next: {show}, or the same command with more seeds (--seeds; what is there is not run again)."
        );
    }

    private StudyPlan ReadPlan(ParseResult parsed) => _options.Read(
        parsed,
        PlanFile.Load,
        StudyPreset.Load,
        StudyPreset.DefaultFor,
        PlanFile.With,
        plan => WithTeacher(parsed, plan with
        {
            Network = _options.NetworkOf(parsed) ?? plan.Network,
            Data = parsed.GetValue(_options.Data) ?? plan.Data,
            Images = _options.Images.Read(parsed, plan.Images),
            Positions = Positions(parsed, plan),
            Operations = PlanOptions.Operations(parsed, _operations) ?? plan.Operations,
            Epochs = parsed.GetValue(_epochs)?.Split(',').Select(EpochNumber).ToList() ?? plan.Epochs,
            Seeds = parsed.GetValue(_seeds) ?? plan.Seeds,
            UntilDecided = UntilDecided(parsed, plan),
            Predictors = Predictors(parsed, plan),
            Precision = parsed.GetValue(_options.Precision) ?? plan.Precision,
            Teacher = _options.TeacherOf(parsed, plan.Teacher),
        }));

    // A preset's positions are those of its own network.
    private IReadOnlyList<string> Positions(ParseResult parsed, StudyPlan plan) =>
        PlanOptions.Names(parsed, _positions)
        ?? (_options.NamesNoPlan(parsed) && !_options.Settings(parsed).Has("positions") && _options.NetworkOf(parsed) is not null ? ["all"] : plan.Positions);

    // Every verdict compares with the unchanged network trained on for as long: without it there is nothing to judge by.
    private StudyPlan WithTeacher(ParseResult parsed, StudyPlan plan)
    {
        plan.Validate(); // all its faults at once, not those of its operations first
        if (OperationCatalog.Default.ParseList(plan.Operations).Any(o => o.Family.Name == TeacherOperation.FamilyName))
        {
            return plan;
        }

        if (PlanOptions.Operations(parsed, _operations) is null)
        {
            _terminal.WriteProgressNote(
                "the plan's operations lack 'teacher', the unchanged network trained on for as long: verdicts have nothing to compare with. Add it to 'operations'."
            );
            return plan;
        }

        _terminal.WriteProgressNote("'teacher' is added to --operations: verdicts compare with the unchanged network trained on for as long.");
        return plan with { Operations = [TeacherOperation.FamilyName, .. plan.Operations] };
    }

    private PredictorRecipe? Predictors(ParseResult parsed, StudyPlan plan)
    {
        var recipe = plan.Predictors ?? (parsed.GetValue(_predictors) ? new() : null);
        return PlanOptions.Names(parsed, _measures) is { } measures ? (recipe ?? new()) with { Measures = measures } : recipe;
    }

    private UntilDecidedPlan? UntilDecided(ParseResult parsed, StudyPlan plan)
    {
        int? most = parsed.GetValue(_maxSeeds);
        var until = plan.UntilDecided ?? (parsed.GetValue(_until) ? new() : null);
        return until is null
            ? most is null
                ? null
                : throw new ConfigurationException(
                    "--max-seeds is for studies that add seeds where verdicts are open: give --until-decided as well, or --seeds for as many seeds on every cell."
                )
            : until with
            {
                MaxSeeds = most ?? until.MaxSeeds,
                Margin = CommonOptions.Analysis(parsed.GetValue(_margin))?.Margin ?? until.Margin,
            };
    }

    private static int EpochNumber(string text) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ConfigurationException($"--epochs: '{text}' is not a whole number. Write for instance --epochs 25,50.");
}
