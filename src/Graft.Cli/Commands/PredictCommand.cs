using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft predict</c>: predicts substitutions that a study has not tried. They are distilled and measured, but not trained on.</summary>
internal sealed class PredictCommand
{
    private readonly Terminal _terminal;
    private readonly CliSession _session = new();
    private readonly Argument<string?> _study = new("STUDY")
    {
        Description = "A study's identifier or the start of it (default: the newest).",
        HelpName = "STUDY",
        CompletionSources = { Offers.Jobs(StudyJob.Kind) },
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _positions = CommonOptions.Positions("all");
    private readonly Option<string> _operations = CommonOptions.Operations(more: "[default: the study's]");
    private readonly Option<string> _data = CommonOptions.Data(more: "[default: the study's]");
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Epochs of training. [default: the study's longest]", HelpName = "N" };
    private readonly Option<bool> _dryRun = CommonOptions.DryRun("And how long it would take.");
    private readonly Option<bool> _json = CommonOptions.Json();

    private PredictCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var predict = new PredictCommand(terminal);
        var session = predict._session;
        var command = new Command("predict", "Predict substitutions that a study (default: the newest) has not tried.")
        {
            predict._study,
            predict._positions,
            predict._operations,
            predict._epochs,
            predict._data,
            session.Workers,
            session.Device,
            session.Workspace,
            session.DataDirectory,
            predict._dryRun,
            predict._json,
        };
        command.SetAction(predict.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Workspaces.OpenExisting(_session.DirectoryOf(parsed), TimeProvider.System).Dispose(); // a workspace that is not there is named, not created
        using var session = _session.Open(_terminal, parsed);
        var job = session.Predict(
            new()
            {
                Study = parsed.GetValue(_study),
                Data = parsed.GetValue(_data),
                Positions = PlanOptions.Names(parsed, _positions)!,
                Operations = PlanOptions.Operations(parsed, _operations),
                Epochs = parsed.GetValue(_epochs),
            },
            cancellation);
        bool json = parsed.GetValue(_json);
        if (parsed.GetValue(_dryRun))
        {
            return DryRunTable.Show(_terminal, job, session, json, () => WriteHeader(isTimed: false), job.Unavailable, cancellation);
        }

        if (!json)
        {
            WriteHeader(isTimed: true);
        }

        PredictionResult result;
        await using (var progress = JobProgressView.Start(_terminal, "prediction"))
        {
            result = await job.RunAsync(progress, cancellation);
        }

        Write(result, _session.DirectoryOf(parsed), json);
        return result.Failures.Count == 0 ? 0 : 1;

        void WriteHeader(bool isTimed)
        {
            int left = job.StepsLeft();
            string time = isTimed && left > 0 ? $", about {Format.Duration(job.Estimate(cancellation).Seconds)}" : "";
            string work = left == 0
                ? "all is distilled and measured already"
                : $"{Plural.Of(left, "step")} of distilling and measuring to run{time}; no network is trained";
            _terminal.WriteLine($"Study {job.Study}: {job.Network} on {job.Data.Name}; {work}");
            if (job.StepsLeftOfTried is > 0 and var tried)
            {
                _terminal.WriteLine(
                    Invariant($"{tried} of them measure what the study has tried: it has no predictors of that, or those of an earlier version.")
                );
            }
        }
    }

    private void Write(PredictionResult result, string directory, bool json)
    {
        var (study, plan, epochs, tried, forecast) = result;
        if (json)
        {
            _terminal.WriteJson(new
            {
                study,
                plan.Network,
                plan.Data,
                epochs,
                tried,
                result.FewestSeeds,
                result.MostSeeds,
                forecast.LeverageLimit,
                forecast.Forecasts,
                forecast.MostInformative,
                forecast.Unpredictable,
                forecast.Model,
                result.Failures,
            });
            return;
        }

        string fewest = result.FewestSeeds < result.MostSeeds ? Invariant($"{result.FewestSeeds} to ") : "";
        _terminal.WriteLine($"Learned from {Plural.Of(tried, "substitution")} of {fewest}{Plural.Of(result.MostSeeds, "seed")} each");
        _terminal.WriteLine();
        PredictionTables.Write(_terminal, forecast, epochs);
        foreach (var failure in result.Failures)
        {
            _terminal.WriteLine($"{failure.What} failed, and is not among the predictions: {failure.Error}");
        }

        if ((forecast.MostInformative.FirstOrDefault(run => !forecast.IsFarOutside(run)) ?? forecast.MostInformative.FirstOrDefault()) is { } first)
        {
            string positions = string.Join(",", plan.Positions.Union([Invariant($"{first.Position}")]));
            string operations = string.Join(",", plan.Operations.Union([first.Operation]));
            _terminal.WriteLine(
                $"Next: the command that began study {study}, with --positions {positions} --operations \"{operations}\" (what is there is not run again; "
                    + $"--dry-run says what is added). Its plan: provenance.plan in graft show study {study}{CommonOptions.WorkspaceArgument(directory)} --json."
            );
        }
    }
}
