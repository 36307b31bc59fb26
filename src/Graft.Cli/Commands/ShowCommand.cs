using System.CommandLine;
using System.Text.Json;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft show</c>: what a workspace holds.</summary>
internal static class ShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json();
        var workspace = CommonOptions.Workspace();
        var studies = new Command("studies", "The studies and accelerations of a workspace.") { workspace, json };
        studies.SetAction(parsed => Show(parsed.GetValue(workspace)!, w => Jobs(terminal, w, parsed.GetValue(json))));

        var id = CommonOptions.NewestJob();
        var csv = new CsvOption();
        var margin = CommonOptions.Margin();
        var watch = CommonOptions.Watch();
        var study = new Command("study", "A study's tables and verdicts, as far as they have come.") { id, margin, watch, csv.Option, workspace, json };
        study.SetAction(async (parsed, cancellation) =>
        {
            var options = CommonOptions.Analysis(parsed.GetValue(margin));
            string? directory = csv.Read(parsed);
            using var opened = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            var job = CommonOptions.JobOf(opened, parsed.GetValue(id));
            JobView.Of(opened, job).RefuseMargin(parsed, margin);
            if (parsed.GetValue(watch))
            {
                await WatchView.FollowAsync(terminal, opened, job.Id, TimeProvider.System, cancellation);
                job = opened.Jobs.Find(job.Id);
            }

            var view = JobView.Of(opened, job, options);
            if (directory is not null)
            {
                var tables = view.Tables();
                terminal.WriteProgress($"tables of {job.Kind} {job.Id}{(StepCounts.Of(opened, job).Left == 0 ? "" : ", as far as it has come")}");
                CsvOption.Write(terminal, tables, directory, parsed.GetValue(json), "  Next: docs/analysis, for R and pandas.");
            }
            else if (parsed.GetValue(json))
            {
                terminal.WriteJson(view.Document);
            }
            else
            {
                view.Write(terminal);
            }

            return 0;
        });

        var key = new Argument<string>("KEY") { Description = "A step's key or the start of it.", CompletionSources = { Offers.Steps } };
        var step = new Command("step", "A step: what it does, how it went, what it gave.") { key, workspace, json };
        step.SetAction(parsed => Show(parsed.GetValue(workspace)!, w => ShowStep(terminal, w, parsed.GetValue(key)!, parsed.GetValue(json))));
        var newest = CommonOptions.Watch("The newest.");
        var show = new Command("show", "Show studies (the default) and steps of a workspace.") { studies, study, step, newest, workspace, json };
        show.SetAction(async (parsed, cancellation) =>
        {
            using var opened = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            if (parsed.GetValue(newest))
            {
                await WatchView.FollowAsync(terminal, opened, CommonOptions.LastBegun(opened).Id, TimeProvider.System, cancellation);
            }

            Jobs(terminal, opened, parsed.GetValue(json));
            return 0;
        });
        return show;
    }

    private static int Show(string directory, Action<IWorkspace> show)
    {
        using var workspace = Workspaces.OpenExisting(directory, TimeProvider.System);
        show(workspace);
        return 0;
    }

    private static void Jobs(Terminal terminal, IWorkspace workspace, bool json)
    {
        var rows = workspace.Jobs.List().Select(job =>
        {
            var (network, networkFile, data, asked) = JobView.Of(workspace, job).Subject;
            var counts = StepCounts.Of(workspace, job);
            return new
            {
                study = job.Id,
                kind = job.Kind,
                network,
                networkFile,
                data,
                asked,
                steps = counts.Steps,
                done = counts.Done,
                running = counts.Running,
                interrupted = counts.Interrupted,
                failed = counts.Failed,
                created = job.Created,
            };
        }).ToList();
        if (json)
        {
            terminal.WriteJson(rows);
            return;
        }

        var table = new WideTable(1, "study", "kind", "network", "data", "asked for", ">steps", ">done", ">running", ">failed", "created (UTC)");
        rows.ForEach(r =>
            table.AddRow(
                r.study,
                r.kind,
                r.networkFile ?? r.network,
                r.data,
                r.asked.Replace("; ", "\n", StringComparison.Ordinal),
                Invariant($"{r.steps}"),
                Invariant($"{r.done}"),
                r.interrupted > 0 ? Invariant($"{r.running} ({r.interrupted} interrupted)") : Invariant($"{r.running}"),
                Invariant($"{r.failed}"),
                Invariant($"{r.created.UtcDateTime:yyyy-MM-dd HH:mm}")
            )
        );
        table.Write(terminal);
    }

    private static void ShowStep(Terminal terminal, IWorkspace workspace, string start, bool json)
    {
        var kinds = Extensions.AllKinds();
        var stored = FindStep(workspace, start);
        bool outdated = kinds.IsOutdated(stored);
        var history = workspace.Steps.Histories([stored.Key])[stored.Key];
        if (json)
        {
            terminal.WriteJson(new
            {
                stored.Key,
                stored.Kind,
                state = stored.State,
                outdated,
                specification = Document(stored.Specification),
                result = Document(stored.Result),
                stored.Error,
                environment = Document(stored.Environment),
                stored.Holder,
                stored.Started,
                stored.Finished,
                stored.Seconds,
                stored.Attempts,
                history,
                losses = workspace.Steps.LossPoints([stored.Key])[stored.Key],
            });
            return;
        }

        terminal.WriteLine($"{stored.Key}: {kinds.Parse(stored.Specification).Title}");
        terminal.WriteLine(
            Invariant(
                $"  {StateOf(stored)}, {Plural.Of(stored.Attempts, "attempt")}, {Format.Duration(stored.Seconds)}{(stored.Error is null ? "" : $": {stored.Error}")}"
            )
        );
        if (stored.State == StepState.Failed && workspace.Artifacts.Exists(StepExecutor.TraceOf(stored.Key)))
        {
            terminal.WriteLine($"  where it failed: {workspace.Artifacts.PathOf(StepExecutor.TraceOf(stored.Key))}");
        }

        if (outdated)
        {
            terminal.WriteLine($"  of an older revision: this program computes '{stored.Kind}' steps differently, and runs them anew for studies from now on");
        }

        if (stored.Result is { } result)
        {
            terminal.WriteLine($"  in short: {kinds.Find(stored.Kind).Summarize(result)}");
        }

        DocumentLines.Write(terminal, "specification", stored.Specification);
        DocumentLines.Write(terminal, "result", stored.Result);
        DocumentLines.Write(terminal, "environment", stored.Environment);
        if (history.Count > 0)
        {
            TrainingTable.Write(terminal, history);
        }
    }

    private static string StateOf(StoredStep stored) => stored.State switch
    {
        StepState.Running => Invariant($"running ({100 * stored.Fraction:0} % done, {stored.Holder})"),
        StepState.Interrupted => $"interrupted ({stored.Holder ?? "its process"} is gone; the same command goes on)",
        var state => state.ToName(),
    };

    private static StoredStep FindStep(IWorkspace workspace, string start) =>
        workspace.Steps.List().Where(s => s.Key.StartsWith(start, StringComparison.Ordinal)).ToList() switch
        {
            [var one] => one,
            [] => throw new ConfigurationException($"no step's key starts with '{start}' in {workspace.Location}; 'graft show study ID --json' lists keys."),
            var several => throw new ConfigurationException(
                Invariant(
                    $"{several.Count} steps' keys start with '{start}': {string.Join(", ", several.Take(4).Select(s => s.Key))}{(several.Count > 4 ? ", …" : "")}."
                )
            ),
        };

    private static JsonElement? Document(string? json) => json is null ? null : JsonDocument.Parse(json).RootElement.Clone();
}
