using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Cli.Commands;

/// <summary><c>graft train</c>: trains a teacher and hands over its weights.</summary>
internal sealed class TrainCommand
{
    private readonly Terminal _terminal;
    private readonly CliSession _session = new();
    private readonly Option<string> _network = CommonOptions.Network("wrn-16-2");

    private readonly Option<string> _data = CommonOptions.Data("cifar10");
    private readonly Option<int> _epochs = new("--epochs") { Description = "Epochs of training.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private readonly Option<int?> _seed = CommonOptions.Seed("[default: 0]");
    private readonly Option<string> _recipe = new("--recipe")
    {
        Description = "A training recipe as a YAML file; see docs/recipes.md.",
        HelpName = "FILE",
        CompletionSources = { Offers.Files(".yaml", ".yml") },
    };
    private readonly Option<double> _heldOut = new("--held-out")
    {
        Description = "The part of the training images that is held out.",
        HelpName = "PART",
        DefaultValueFactory = _ => new HeldOutPart().Fraction,
        CustomParser = CommonOptions.Number,
    };

    private readonly Option<string> _out = CommonOptions.Out("teacher.safetensors", "The weights, as safetensors.", ".safetensors");
    private readonly Option<string> _precision = CommonOptions.Precision("auto");
    private readonly Option<string?> _from = new("--from")
    {
        Description = "What to go on from. Weights, or the network's ONNX file; a classifier for other classes is made anew.",
        HelpName = "FILE",
        CompletionSources = { Offers.WeightsAndNetworks },
    };
    private readonly ImageOption _images = new();
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun("And how long it would take; with --on: print the scripts.");
    private readonly Option<bool> _json = CommonOptions.Json();

    private TrainCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var train = new TrainCommand(terminal);
        var command = new Command("train", "Train a network, from scratch or on from weights.")
        {
            train._network,
            train._data,
            train._from,
            train._epochs,
            train._seed,
            train._recipe,
            train._heldOut,
            train._precision,
            train._session.Device,
            train._session.Workspace,
            train._session.Store,
            train._session.DataDirectory,
            train._out,
            train._force,
            train._dryRun,
            train._json,
        };
        train._images.All.Concat(train._session.Cluster.All).Concat(train._session.Import.All).ToList().ForEach(command.Options.Add);
        command.SetAction(train.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        OutputFile.Require("--out", parsed.GetValue(_out)!, parsed.GetValue(_from), parsed.GetValue(_recipe), parsed.GetValue(_network));
        var plan = new TrainingPlan
        {
            Network = parsed.GetValue(_network)!,
            Data = parsed.GetValue(_data)!,
            Images = _images.Read(parsed, plan: null),
            From = parsed.GetValue(_from),
            Precision = parsed.GetValue(_precision)!,
            HeldOut = new() { Fraction = parsed.GetValue(_heldOut) },
            Epochs = parsed.GetValue(_epochs),
            Seed = parsed.GetValue(_seed) ?? 0,
            Recipe = parsed.GetValue(_recipe) is { } file ? PlanFile.LoadRecipe(file) : new(),
        };
        using var session = _session.Open(_terminal, parsed, workers: 1);
        var job = session.Train(plan, cancellation);
        CliSession.WriteNotes(_terminal, job.Data);
        job.Notes.ToList().ForEach(_terminal.WriteProgressNote);
        if (parsed.GetValue(_dryRun))
        {
            OutputFile.NoteExisting(_terminal, parsed.GetValue(_out)!, parsed.GetValue(_force), job.IsDone);
            return DryRunTable.Show(_terminal, job, session, parsed.GetValue(_json), () => { }, [], cancellation);
        }

        bool wasDone = job.IsDone;
        OutputFile.RequireNew(parsed.GetValue(_out)!, parsed.GetValue(_force), wasDone ? job.Result.Weights : null);
        if (!await _session.RunAsync(_terminal, parsed, session, job, "training", parsed.GetValue(_json), cancellation, follow: "step"))
        {
            return 0;
        }

        var result = job.Result;
        string target = parsed.GetValue(_out)!;
        OutputFile.HandOver(result.Weights, target);
        plan = plan with { Precision = PrecisionNames.Parse(plan.Precision, session.Device).ToText() };
        Show(plan, result, target, wasDone, RemarkOnLoss(result) ?? ChanceWords.RemarkOnTraining(result.Accuracy, job.Data), parsed);
        return 0;
    }

    private static string Before(TrainingResult result) => result.AccuracyBefore is { } before ? $" (before: {Format.Percent(before)} %)" : "";

    // Who goes on from weights expects more of them, not less.
    private static string? RemarkOnLoss(TrainingResult result) => result.AccuracyBefore > result.Accuracy
        ? "Training made it worse than the weights that it went on from. A lower learning rate in the recipe (--recipe), or more epochs, may help."
        : null;

    private void Show(TrainingPlan plan, TrainingResult result, string target, bool wasDone, string? remark, ParseResult parsed)
    {
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(new
            {
                network = plan.Network,
                data = plan.Data,
                result.Accuracy,
                result.AccuracyBefore,
                result.Parameters,
                result.MultiplyAccumulates,
                weights = target,
                result.Step,
                result.Seconds,
                remark,
            });
            return;
        }

        if (wasDone)
        {
            _terminal.WriteLine("This training has run before: its result is taken from the workspace.");
        }

        TrainingTable.Write(_terminal, result.History);
        _terminal.WriteLine(
            Invariant(
                $"Test accuracy {Format.Percent(result.Accuracy)} %{Before(result)}{PrecisionWords.Of(plan.Precision)}, {Format.Count(result.Parameters)} parameters, {Format.Duration(result.Seconds)}."
            )
        );
        _terminal.WriteNote(remark);
        _terminal.WriteLine(
            $"Saved to {target}.  Next: graft study --network {Format.Argument(plan.Network)} --data {Format.Argument(plan.Data)} --teacher {Format.Argument(target)}{_images.Repeat(parsed)}"
        );
    }
}
