using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft show</c>: what a workspace holds. An identifier is understood without a word for what it is of.</summary>
internal sealed class ShowCommand
{
    private readonly Terminal _terminal;
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Argument<string?> _any = new("ID")
    {
        Description = "A study's, an acceleration's or a step's (a training's) identifier or the start of it: shows that.",
        HelpName = "ID",
        CompletionSources = { Offers.Jobs() },
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _watchAny = CommonOptions.Watch("The newest, or that of ID.");

    // Of a study.
    private readonly Argument<string?> _id = CommonOptions.NewestJob();
    private readonly CsvOption _csv = new();
    private readonly Option<double?> _margin = CommonOptions.Margin();
    private readonly Option<bool> _watch = CommonOptions.Watch();

    // Of a step.
    private readonly Argument<string> _key = new("KEY") { Description = "A step's key or the start of it.", CompletionSources = { Offers.Steps } };

    private ShowCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var show = new ShowCommand(terminal);
        var command = new Command("show", "Show what a workspace holds: its studies (the default), or what an identifier is of.")
        {
            show._any,
            show.CreateStudies(),
            show.CreateStudy(),
            show.CreateStep(),
            show._margin,
            show._watchAny,
            show._csv.Option,
            show._workspace,
            show._json,
        };
        command.SetAction(show.ShowAsync);
        return command;
    }

    private Command CreateStudies()
    {
        var command = new Command("studies", "The studies and accelerations of a workspace.") { _workspace, _json };
        command.SetAction(ShowStudies);
        return command;
    }

    private Command CreateStudy()
    {
        var command = new Command("study", "The tables and verdicts so far of a study or an acceleration (default: the newest's).")
        {
            _id,
            _margin,
            _watch,
            _csv.Option,
            _workspace,
            _json,
        };
        command.Aliases.Add("acceleration");
        command.SetAction(ShowStudyAsync);
        return command;
    }

    private Command CreateStep()
    {
        var command = new Command("step", "A step: what it does, how it went, what it gave.") { _key, _workspace, _json };
        command.SetAction(ShowStep);
        return command;
    }

    private int ShowStudies(ParseResult parsed)
    {
        using var workspace = Open(parsed);
        WriteJobs(workspace, parsed.GetValue(_json));
        return 0;
    }

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var workspace = Open(parsed);
        bool watch = parsed.GetValue(_watchAny);
        Option[] ofJobs = [_margin, _csv.Option, _watchAny];
        if (parsed.GetValue(_any) is { } id)
        {
            if (BeginsJob(workspace, id))
            {
                return await ShowJobAsync(parsed, workspace, id, watch, cancellation);
            }

            var step = FindStep(workspace, id);
            CommonOptions.RefuseIdle(parsed, ofJobs, $"for {id}, a step");
            return ShowStep(parsed, workspace, step);
        }

        if (Array.Exists(ofJobs, option => CommonOptions.IsGiven(parsed, option)))
        {
            string? newest = watch ? CommonOptions.LastBegun(workspace).Id : null;
            return await ShowJobAsync(parsed, workspace, newest, watch, cancellation);
        }

        WriteJobs(workspace, parsed.GetValue(_json));
        return 0;
    }

    // Where nothing begins so, the error is that of a job's identifier.
    private static bool BeginsJob(IWorkspace workspace, string id) =>
        workspace.Jobs.List().Any(job => Begins(job.Id, id)) || !workspace.Steps.List().Any(step => Begins(step.Key, id));

    private async Task<int> ShowStudyAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var workspace = Open(parsed);
        return await ShowJobAsync(parsed, workspace, parsed.GetValue(_id) ?? parsed.GetValue(_any), parsed.GetValue(_watch), cancellation);
    }

    private async Task<int> ShowJobAsync(ParseResult parsed, IWorkspace workspace, string? id, bool watch, CancellationToken cancellation)
    {
        var options = CommonOptions.Analysis(parsed.GetValue(_margin));
        string? directory = _csv.Read(parsed);
        var job = CommonOptions.JobOf(workspace, id);
        JobView.Of(workspace, job).RefuseMargin(parsed, _margin);
        if (watch)
        {
            await WatchView.FollowAsync(_terminal, workspace, job.Id, TimeProvider.System, cancellation);
            job = workspace.Jobs.Find(job.Id);
        }

        var view = JobView.Of(workspace, job, options);
        if (directory is not null)
        {
            WriteTables(view, StepCounts.Of(workspace, job), directory, parsed.GetValue(_json));
        }
        else if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(view.Document);
        }
        else
        {
            view.Write(_terminal);
        }

        return 0;
    }

    private int ShowStep(ParseResult parsed)
    {
        using var workspace = Open(parsed);
        return ShowStep(parsed, workspace, FindStep(workspace, parsed.GetValue(_key)!));
    }

    private int ShowStep(ParseResult parsed, IWorkspace workspace, StoredStep step)
    {
        var view = new StepView(workspace, step);
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(view.Document);
        }
        else
        {
            view.Write(_terminal);
        }

        return 0;
    }

    private IWorkspace Open(ParseResult parsed) => Workspaces.OpenExisting(parsed.GetValue(_workspace)!, TimeProvider.System);

    private void WriteTables(JobView view, StepCounts counts, string directory, bool json)
    {
        string subject = $"tables of {view.Job.Kind} {view.Job.Id}{(counts.Left == 0 ? "" : ", as far as it has come")}";
        CsvOption.Write(_terminal, view.Tables(), directory, json, "  Next: docs/analysis, for R and pandas.", subject);
    }

    private void WriteJobs(IWorkspace workspace, bool json)
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
            _terminal.WriteJson(rows);
            return;
        }

        var table = new WideTable(1, "study", "kind", "network", "data", "~asked for", ">steps", ">done", ">running", ">failed", "created (UTC)");
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
        table.Write(_terminal);
    }

    private static StoredStep FindStep(IWorkspace workspace, string start) =>
        workspace.Steps.List().Where(s => Begins(s.Key, start)).ToList() switch
        {
            [var one] => one,
            [] => throw new ConfigurationException($"no step's key starts with '{start}' in {workspace.Location}; 'graft show study ID --json' lists keys."),
            var several => throw new ConfigurationException(
                Invariant(
                    $"{several.Count} steps' keys start with '{start}': {string.Join(", ", several.Take(4).Select(s => $"{s.Key} ({s.Kind})"))}{(several.Count > 4 ? ", …" : "")}."
                )
            ),
        };

    private static bool Begins(string whole, string start) => whole.StartsWith(start, StringComparison.Ordinal);
}
