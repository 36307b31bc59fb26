using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Operations;

namespace Graft.Cli.Commands;

/// <summary>What says which weights are exported: a file, a row of an acceleration's table, or a trial of a study.</summary>
/// <param name="terminal">Shows a training.</param>
/// <param name="workspace">The workspace that accelerations and studies are in.</param>
/// <param name="data">Where the images are.</param>
/// <param name="dataDirectory">Where known data sets are kept.</param>
internal sealed class ExportSourceOptions(Terminal terminal, Option<string> workspace, Option<string> data, Option<string> dataDirectory)
{
    private readonly Argument<string?> _weights = new("WEIGHTS")
    {
        Description = "Weights with PyTorch's names: safetensors or a PyTorch checkpoint.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "WEIGHTS",
        CompletionSources = { Offers.Weights },
    };
    private readonly Option<string> _from = new("--from")
    {
        Description = "What to go on from. In place of WEIGHTS: an acceleration or a study, by its identifier or the start of it.",
        HelpName = "ID",
        CompletionSources = { Offers.Jobs() },
    };
    private readonly Option<string> _row = new("--row")
    {
        Description = "With --from: the network, as its table names it [default: accelerated]; of a study POSITION OPERATION, which is trained on once more.",
        HelpName = "NAME",
        CompletionSources = { Offers.NetworksOfAcceleration },
    };
    private readonly Option<int?> _epochs = new("--epochs")
    {
        Description = "Epochs of training. Of a study: which of its lengths. [default: its longest]",
        HelpName = "N",
    };
    private readonly Option<int?> _seed = CommonOptions.Seed("Of a study: the trial's. [default: 1]");

    /// <summary>A file of weights.</summary>
    public Argument Weights => _weights;

    /// <summary>An acceleration or a study.</summary>
    public Option From => _from;

    /// <summary>Which of its networks.</summary>
    public Option Row => _row;

    /// <summary>Which of a study's lengths.</summary>
    public Option Epochs => _epochs;

    /// <summary>Which of a study's seeds.</summary>
    public Option Seed => _seed;

    /// <summary>Finds the weights; those of a trial are trained first.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="requireTarget">Is asked whether a file can be written, before minutes of training.</param>
    /// <param name="cancellation">Ends the training.</param>
    /// <exception cref="GraftException">The command line names none, or they cannot be had.</exception>
    public async Task<ExportSource> ReadAsync(ParseResult parsed, Action<string> requireTarget, CancellationToken cancellation)
    {
        string? weights = parsed.GetValue(_weights), from = parsed.GetValue(_from), row = parsed.GetValue(_row);
        switch (weights, from)
        {
            case (null, null):
                throw new ConfigurationException("'graft export' needs WEIGHTS, a file, or --from ID, an acceleration or a study. See 'graft export --help'.");
            case (not null, not null):
                throw new ConfigurationException($"both '{weights}' and --from {from} say what to export; choose one.");
            case ({ } file, null):
                CommonOptions.RefuseIdle(parsed, [_row, _epochs, _seed], "without --from, which names the acceleration or the study");
                return ExportSource.OfFile(file);
        }

        string directory = parsed.GetValue(workspace)!;
        StoredJob job;
        using (var record = Workspaces.OpenExisting(directory, TimeProvider.System))
        {
            job = CommonOptions.JobOf(record, from);
            if (JobView.Of(record, job) is AccelerationJobView acceleration)
            {
                CommonOptions.RefuseIdle(parsed, [_epochs, _seed], $"for {job.Id}, an acceleration, which keeps its networks");
                return ExportSource.OfAcceleration(acceleration, row ?? AccelerationResult.Accelerated, directory);
            }
        }

        return await OfTrialAsync(StudyOutline.FromJson(job.Document), row, parsed, requireTarget, cancellation);
    }

    private async Task<ExportSource> OfTrialAsync(
        StudyOutline study, string? row, ParseResult parsed, Action<string> requireTarget, CancellationToken cancellation)
    {
        if (row?.Trim().Split(' ', 2) is not [var position, var operation] || !Place.TryParse(position, out var place))
        {
            throw new ConfigurationException($"{study.Id} is a study: --row names a position and an operation of its table, like --row '3 residual(w=2,k=3)'.");
        }

        string target = Invariant($"{OperationCatalog.Default.Parse(operation).Family.Name}-at-{place}.onnx");
        requireTarget(target);
        var plan = new TrialNetworkPlan
        {
            Study = study.Id,
            Data = parsed.GetValue(data),
            Position = place,
            Operation = operation,
            Epochs = parsed.GetValue(_epochs),
        };
        plan = parsed.GetValue(_seed) is { } seed ? plan with { Seed = seed } : plan;
        var trial = await TrainAsync(study, plan, parsed, cancellation);
        return new(
            trial.Weights,
            target,
            OnnxNetworkSource.IsName(trial.Network) ? trial.Network : null,
            new Dictionary<string, string>
            {
                [NetworkMetadata.Study] = study.Id,
                [NetworkMetadata.Row] = row,
                [NetworkMetadata.Seed] = Invariant($"{plan.Seed}"),
            },
            study.Plan.Data,
            study.Plan.Images
        );
    }

    // Trials keep no network: the one that is asked for is trained once more.
    private async Task<TrialNetworkResult> TrainAsync(StudyOutline study, TrialNetworkPlan plan, ParseResult parsed, CancellationToken cancellation)
    {
        // With as many threads as the study's trials had: sums are added up in the same order then.
        using var session = GraftSession.Open(new()
        {
            Workspace = parsed.GetValue(workspace)!,
            DataDirectory = parsed.GetValue(dataDirectory)!,
            Workers = Math.Min(study.Workers, Environment.ProcessorCount),
            StartWorker = CliSession.StartWorker,
            DataProgress = new DataProgressLines(terminal),
            Kinds = Extensions.Kinds,
        });
        var job = session.TrialNetwork(plan, cancellation);
        if (job.StepsLeft() > 0)
        {
            terminal.WriteProgress(
                Invariant($"trials keep no network: '{plan.Position} {plan.Operation}' of study {study.Id} is trained on once more, with seed {plan.Seed}"));
        }

        TrialNetworkResult result;
        await using (var progress = JobProgressView.Start(terminal, "trial"))
        {
            result = await job.RunAsync(progress, cancellation);
        }

        if (result.AccuracyInStudy is { } before && before != result.Accuracy)
        {
            terminal.WriteProgressNote(
                $"it gets {Format.Percent(result.Accuracy)} % of the test images right, in the study {Format.Percent(before)} %: another machine, or another number of threads, rounds otherwise"
            );
        }

        return result;
    }
}
