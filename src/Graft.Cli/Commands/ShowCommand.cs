using System.CommandLine;
using System.Text.Json;
using Graft.Analysis.Findings;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;

namespace Graft.Cli.Commands;

/// <summary><c>graft show</c>: what a workspace holds.</summary>
internal static class ShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json();
        var workspace = CommonOptions.Workspace();
        var studies = new Command("studies", "The studies of a workspace.") { workspace, json };
        studies.SetAction(parsed => Show(parsed.GetValue(workspace)!, w => Studies(terminal, w, parsed.GetValue(json))));

        var id = new Argument<string>("ID") { Description = "A study's identifier or the start of it." };
        var margin = CommonOptions.Margin();
        var study = new Command("study", "A study's tables and verdicts, as far as they have come.") { id, margin, workspace, json };
        study.SetAction(parsed =>
        {
            var options = CommonOptions.Analysis(parsed.GetValue(margin));
            return Show(parsed.GetValue(workspace)!, w => Study(terminal, w, parsed.GetValue(id)!, options, parsed.GetValue(json)));
        });

        var key = new Argument<string>("KEY") { Description = "A step's key or the start of it." };
        var step = new Command("step", "A step: what it does, how it went, what it gave.") { key, workspace, json };
        step.SetAction(parsed => Show(parsed.GetValue(workspace)!, w => ShowStep(terminal, w, parsed.GetValue(key)!, parsed.GetValue(json))));
        var show = new Command("show", "Show studies (the default) and steps of a workspace.") { studies, study, step, workspace, json };
        show.SetAction(parsed => Show(parsed.GetValue(workspace)!, w => Studies(terminal, w, parsed.GetValue(json))));
        return show;
    }

    private static int Show(string directory, Action<Workspace> show)
    {
        using var workspace = Workspace.OpenExisting(directory, TimeProvider.System);
        show(workspace);
        return 0;
    }

    private static void Studies(Terminal terminal, Workspace workspace, bool json)
    {
        var rows = workspace.Studies.List().Select(s =>
        {
            var (network, data) = s.Kind == AccelerateCommand.Kind
                ? (StepResults.FromJson<AccelerationResult>(s.Document).Network, StepResults.FromJson<AccelerationResult>(s.Document).Data)
                : (StudyOutline.FromJson(s.Document).Plan.Network, StudyOutline.FromJson(s.Document).Plan.Data);
            var states = workspace.Steps.FindAll([.. s.Steps]).Values.CountBy(x => x.State).ToDictionary();
            return new
            {
                study = s.Id,
                kind = s.Kind,
                network,
                data,
                steps = s.Steps.Count,
                done = states.GetValueOrDefault(StepState.Done),
                failed = states.GetValueOrDefault(StepState.Failed),
                created = s.Created,
            };
        }).ToList();
        if (json)
        {
            terminal.WriteJson(rows);
            return;
        }

        var table = Tables.Create("study", "network", "data", ">steps", ">done", ">failed", "created (UTC)");
        rows.ForEach(r => Tables.AddRow(table, r.study, r.network, r.data, Invariant($"{r.steps}"), Invariant($"{r.done}"), Invariant($"{r.failed}"), Invariant($"{r.created.UtcDateTime:yyyy-MM-dd HH:mm}")));
        terminal.Out.Write(table);
    }

    private static void Study(Terminal terminal, Workspace workspace, string id, AnalysisOptions options, bool json)
    {
        var stored = workspace.Studies.Find(id);
        if (stored.Kind == AccelerateCommand.Kind)
        {
            ShowAcceleration(terminal, StepResults.FromJson<AccelerationResult>(stored.Document), json);
            return;
        }

        var result = StudyResultBuilder.Build(StudyOutline.FromJson(stored.Document), workspace.Steps, options);
        if (json)
        {
            terminal.WriteJson(result);
            return;
        }

        terminal.WriteLine($"Study {result.Study} ({result.State}): {result.Network} on {result.Data}");
        StudyTables.Write(terminal, result);
        PredictionTables.Write(terminal, result);
    }

    private static void ShowAcceleration(Terminal terminal, AccelerationResult result, bool json)
    {
        if (json)
        {
            terminal.WriteJson(result);
        }
        else
        {
            AccelerationTables.Write(terminal, result);
        }
    }

    private static void ShowStep(Terminal terminal, Workspace workspace, string start, bool json)
    {
        var stored = workspace.Steps.List().Where(s => s.Key.StartsWith(start, StringComparison.Ordinal)).ToList() switch
        {
            [var one] => one,
            [] => throw new ConfigurationException($"no step's key starts with '{start}' in {workspace.Directory}; 'graft show study ID --json' lists keys."),
            var several => throw new ConfigurationException($"{several.Count} steps' keys start with '{start}': {string.Join(", ", several.Take(4).Select(s => s.Key))}{(several.Count > 4 ? ", …" : "")}."),
        };
        var history = workspace.Steps.Histories([stored.Key])[stored.Key];
        if (json)
        {
            terminal.WriteJson(new
            {
                stored.Key,
                stored.Kind,
                state = stored.State,
                specification = Document(stored.Specification),
                result = Document(stored.Result),
                stored.Error,
                environment = Document(stored.Environment),
                stored.Started,
                stored.Finished,
                stored.Seconds,
                stored.Attempts,
                history,
                losses = workspace.Steps.LossPoints([stored.Key])[stored.Key],
            });
            return;
        }

        terminal.WriteLine($"{stored.Key}: {Step.FromJson(stored.Specification).Title}");
        terminal.WriteLine($"  {stored.State.ToString().ToLowerInvariant()}, {Format.Count(stored.Attempts, "attempt")}, {Format.Duration(stored.Seconds)}{(stored.Error is null ? "" : $": {stored.Error}")}");
        terminal.WriteLine($"  specification {stored.Specification}");
        terminal.WriteLine($"  result        {stored.Result ?? "–"}");
        terminal.WriteLine($"  environment   {stored.Environment ?? "–"}");
        if (history.Count > 0)
        {
            TrainingTable.Write(terminal, history);
        }
    }

    private static JsonElement? Document(string? json) => json is null ? null : JsonDocument.Parse(json).RootElement.Clone();
}
