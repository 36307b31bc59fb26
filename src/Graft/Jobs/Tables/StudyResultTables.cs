using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Jobs.Studies;
using static Graft.Jobs.Tables.ResultTable;

namespace Graft.Jobs.Tables;

/// <summary>
/// A study's results as tables: a file each for cells, trials, epochs, verdicts (also sequential ones), pairs, measures and predictions, to be joined by
/// position, operation, epochs and seed.
/// </summary>
public static class StudyResultTables
{
    private const string VerdictMeaning = "better, worse, equivalent, undecided or not_computable";

    private const string TeacherPosition = "A position, from 1, or a run of positions like 3-4; empty for the unchanged network, which stands once.";

    /// <summary>The tables. Those of verdicts and pairs are empty where the result holds no statistics.</summary>
    public static IReadOnlyList<ResultTable> Of(StudyResult study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var cells = Distinct(study);
        return
        [
            Cells(study, cells),
            Trials(study, cells),
            Epochs(study, cells),
            Verdicts(study),
            SequentialVerdicts(study),
            Pairs(study),
            Measures(study, cells),
            Predictions(study),
            Unavailable(study),
        ];
    }

    // The unchanged network is a cell at every position, of the same trials: it is written once.
    private static List<(CellResult Cell, object? Position)> Distinct(StudyResult study) =>
        [.. study.Cells.DistinctBy(c => c.Key).Select(c => (c, c.IsUnchanged ? null : (object?)c.Position))];

    private static ResultTable Cells(StudyResult study, List<(CellResult Cell, object? Position)> cells) => ResultTable.Of(
        "cells",
        "an operation at a position, trained on for a number of epochs, over all seeds",
        cells,
        new("study", "", "The study's identifier.", _ => study.Study),
        new("network", "", "The network.", _ => study.Network),
        new("data", "", "The data set.", _ => study.Data),
        new("position", "", TeacherPosition, x => x.Position),
        new("path", "", "The module path of the position; of a run, of its first one.", x => x.Position is null ? null : x.Cell.Path),
        new("operation", "", "The operation.", x => x.Cell.Operation),
        new("epochs", "epochs", "How long the network was trained on after the swap.", x => x.Cell.Epochs),
        new("state", "", "pending, running, interrupted, done or failed.", x => x.Cell.State),
        new("seeds", "", "Finished trials.", x => x.Cell.Accuracies.Count),
        new("accuracy_mean", Fraction, "Mean test accuracy.", x => x.Cell.Mean),
        new("accuracy_std", Fraction, "Sample standard deviation (n - 1) over seeds.", x => x.Cell.Std),
        new(
            "difference_to_teacher",
            Fraction,
            "Mean minus that of the unchanged network of the same training length, over the seeds that both have; where the plan has none, minus the teacher's own accuracy.",
            x => x.Cell.DifferenceToTeacher),
        new("difference_seeds", "", "The seeds that both have, which the difference is of.", x => x.Cell.DifferenceSeeds),
        new("accuracy_before_training", Fraction, "Mean test accuracy after the swap, before training on.", x => x.Cell.AccuracyBeforeTraining),
        new("distillation_loss", "", "Held-out distillation loss, normalised by that of answering zero; mean over seeds.", x => x.Cell.DistillationLoss),
        new("parameters", "", "Trainable parameters of the whole network.", x => x.Cell.Parameters),
        new("multiply_accumulates", "", "Multiply-accumulates of the whole network for one image.", x => x.Cell.MultiplyAccumulates));

    private static ResultTable Trials(StudyResult study, List<(CellResult Cell, object? Position)> cells) => ResultTable.Of(
        "trials",
        "a network with one operation swapped, trained on from one seed",
        cells.SelectMany(c => c.Cell.Trials, (c, trial) => (c.Cell, c.Position, Trial: trial)),
        new("study", "", "The study's identifier.", _ => study.Study),
        new("position", "", TeacherPosition, x => x.Position),
        new("operation", "", "The operation.", x => x.Cell.Operation),
        new("epochs", "epochs", "How long the network was trained on after the swap.", x => x.Cell.Epochs),
        new("seed", "", "Decides initial values and the order of images.", x => x.Trial.Seed),
        new("state", "", "pending, running, interrupted, done or failed.", x => x.Trial.State),
        new("accuracy", Fraction, "Test accuracy after the last epoch.", x => x.Trial.Accuracy),
        new("accuracy_before_training", Fraction, "Test accuracy after the swap, before training on.", x => x.Trial.AccuracyBeforeTraining),
        new("distillation_loss", "", "Held-out distillation loss, normalised by that of answering zero.", x => x.Trial.DistillationLoss),
        new("seconds", "s", "Time of the step.", x => x.Trial.Seconds),
        new("key", "", "The step's key, for graft show step.", x => x.Trial.Key),
        new("error", "", "Why the step failed, if it did.", x => x.Trial.Error));

    private static ResultTable Epochs(StudyResult study, List<(CellResult Cell, object? Position)> cells) =>
        ResultTable.Of(
            "epochs",
            "an epoch of a training: of the teacher, or of a trial",
            study
                .Teacher.History.Select(e =>
                    (Training: "teacher", Position: (object?)null, Operation: (string?)null, Epochs: (int?)null, Seed: (int?)null, Epoch: e)
                )
                .Concat(
                    cells.SelectMany(c =>
                        c.Cell.Trials.SelectMany(
                            t => t.History,
                            (t, e) =>
                                (Training: "trial", c.Position, Operation: (string?)c.Cell.Operation, Epochs: (int?)c.Cell.Epochs, Seed: (int?)t.Seed, Epoch: e)
                        )
                    )
                ),
            new("study", "", "The study's identifier.", _ => study.Study),
            new("training", "", "teacher (before any swap) or trial.", x => x.Training),
            new("position", "", TeacherPosition, x => x.Position),
            new("operation", "", "The operation of the trial.", x => x.Operation),
            new("epochs", "epochs", "The length of the trial.", x => x.Epochs),
            new("seed", "", "The seed of the trial.", x => x.Seed),
            new("epoch", "", "From 1.", x => x.Epoch.Epoch),
            new("training_loss", "nat", "Mean cross-entropy on training images.", x => x.Epoch.TrainingLoss),
            new("training_accuracy", Fraction, "Accuracy on training images, augmented.", x => x.Epoch.TrainingAccuracy),
            new("held_out_accuracy", Fraction, "Accuracy on held-out images.", x => x.Epoch.HeldOutAccuracy),
            new("learning_rate", "", "The learning rate of the epoch's last step.", x => x.Epoch.LearningRate),
            new("seconds", "s", "Time of the epoch.", x => x.Epoch.Seconds)
        );

    private static ResultTable Verdicts(StudyResult study)
    {
        var sequential = study.Sequential?.Cells.ToDictionary(c => (c.Position, c.Operation, c.Epochs));
        return ResultTable.Of(
            "verdicts",
            "a cell compared with the unchanged network trained on for as long",
            study.Analysis?.Cells ?? [],
            [
                new("study", "", "The study's identifier.", _ => study.Study),
                new("position", "", PlaceMeaning, x => x.Position),
                new("operation", "", "The operation.", x => x.Operation),
                new("epochs", "epochs", "How long the network was trained on after the swap.", x => x.Epochs),
                new(
                    "verdict",
                    "",
                    $"{VerdictMeaning}. Where seeds were added until verdicts were there, it is that of sequential.csv, which alone holds; p-values and intervals here are not corrected for looking repeatedly.",
                    x => Name(Decided(x) is { } decided ? KindOf(decided) : x.ToTeacher.Verdict.Kind)),
                .. Comparison<CellFinding>(study, x => x.ToTeacher, x => Decided(x) is { } decided ? decided.SeedsToDecide : x.ToTeacher.Verdict.SeedsToDecide),
            ]);

        SequentialCell? Decided(CellFinding cell) => sequential?.GetValueOrDefault((cell.Position, cell.Operation, cell.Epochs));
    }

    private static ResultTable SequentialVerdicts(StudyResult study) => ResultTable.Of(
        "sequential",
        "a cell of a study whose seeds were added until verdicts were there, at the look that decided it",
        study.Sequential?.Cells ?? [],
        new("study", "", "The study's identifier.", _ => study.Study),
        new("position", "", PlaceMeaning, x => x.Position),
        new("operation", "", "The operation.", x => x.Operation),
        new("epochs", "epochs", "How long the network was trained on after the swap.", x => x.Epochs),
        new("verdict", "", $"{VerdictMeaning}.", x => Name(KindOf(x))),
        new("seeds", "", "The seeds at the look that decided, else at the last look; 0 before the first.", x => x.Seeds),
        new("difference", Fraction, "Difference of test accuracies to the unchanged network at that look.", x => x.Difference?.Difference),
        new("lower_corrected", Fraction, "Lower end of the interval that agrees with the verdict, corrected for cells and looks.", x => x.Interval?.Lower),
        new("upper_corrected", Fraction, "Upper end of the same interval.", x => x.Interval?.Upper),
        new("margin", Fraction, "The largest difference that does not matter, by which seeds were added.", _ => study.Sequential?.Margin),
        new("seeds_to_decide", "", "How many seeds would decide it.", x => x.SeedsToDecide?.Value?.Seeds),
        new("reason", "", "Why there is no verdict and never will be.", x => x.Reason));

    private static ResultTable Pairs(StudyResult study) => ResultTable.Of(
        "pairs",
        "two operations at one position, compared",
        study.Analysis?.Pairs ?? [],
        [
            new("study", "", "The study's identifier.", _ => study.Study),
            new("position", "", PlaceMeaning, x => x.Position),
            new("epochs", "epochs", "How long the networks were trained on after the swap.", x => x.Epochs),
            new("first", "", "The operation whose accuracy counts with a minus.", x => x.First),
            new("second", "", "The operation whose accuracy counts with a plus.", x => x.Second),
            new(
                "verdict",
                "",
                $"{VerdictMeaning}; of the data as they ended, not corrected for looking repeatedly where seeds were added until verdicts were there.",
                x => Name(x.Comparison.Verdict.Kind)),
            .. Comparison<PairFinding>(study, x => x.Comparison, x => x.Comparison.Verdict.SeedsToDecide),
        ]);

    private static List<ResultColumn<T>> Comparison<T>(StudyResult study, Func<T, Comparison> of, Func<T, Computed<SeedEstimate>?> seedsToDecide) =>
    [
        new("basis", "", "What the verdict holds for: seeds_and_images, or images alone (one seed).", x => Name(of(x).Verdict.Basis)),
        new("difference", Fraction, "Difference of test accuracies.", x => of(x).Difference.Value?.Difference),
        new(
            "standard_error",
            Fraction,
            "The larger of its two standard errors over seeds and test images: with the training noise of all cells, and with that of the compared ones alone. Intervals and p-values are those of the less sure of both tests, which may be the one with the smaller error and fewer degrees of freedom: they do not follow from this column.",
            x => of(x).Difference.Value?.StandardError),
        new("lower", Fraction, "Lower end of the 95 % interval of this comparison alone.", x => of(x).Difference.Value?.Lower),
        new("upper", Fraction, "Upper end of the same interval.", x => of(x).Difference.Value?.Upper),
        new("lower_corrected", Fraction, "Lower end of the interval that agrees with p_corrected.", x => of(x).CorrectedInterval?.Lower),
        new("upper_corrected", Fraction, "Upper end of the same interval.", x => of(x).CorrectedInterval?.Upper),
        new("p", "", "P-value of no difference.", x => of(x).Difference.Value?.PValue),
        new(
            "p_corrected", "",
            "The same, corrected for all comparisons of the kind: the larger of Holm's p and 2.5 times that of the cell's own test.", x => of(x).CorrectedPValue),
        new("margin", Fraction, "The largest difference that does not matter.", _ => study.Analysis?.Margin),
        new("p_equivalence_corrected", "", "P-value of a difference beyond the margin, corrected likewise.", x => of(x).CorrectedEquivalencePValue),
        new("seeds_to_decide", "", "How many seeds would decide it.", x => seedsToDecide(x)?.Value?.Seeds),
        new("reason", "", "Why there is no comparison, where there is none.", x => of(x).Difference.Reason),
    ];

    private static ResultTable Measures(StudyResult study, List<(CellResult Cell, object? Position)> cells) => ResultTable.Of(
        "measures",
        "a measure of a distilled candidate before any trial",
        cells.SelectMany(c => c.Cell.Trials, (c, trial) => (c.Cell, c.Position, Trial: trial))
            .DistinctBy(x => (x.Position, x.Cell.Operation, x.Trial.Seed)) // trials of all lengths begin with one candidate
            .SelectMany(x => x.Trial.Measures, (x, measure) => (x.Cell, x.Position, x.Trial, Measure: measure)),
        new("study", "", "The study's identifier.", _ => study.Study),
        new("position", "", PlaceMeaning, x => x.Position),
        new("operation", "", "The operation.", x => x.Cell.Operation),
        new("seed", "", "The candidate's seed.", x => x.Trial.Seed),
        new("measure", "", "The measure's name; docs/predictors.md.", x => x.Measure.Key),
        new("value", "as the measure says", "Its value, as in JSON.", x => x.Measure.Value),
        new(
            "ordered_by",
            "",
            "What correlations and predictions take of it: the natural logarithm of measures that have none below 0 and spread over orders of magnitude.",
            x => StudyPrediction.Feature(x.Measure.Key, x.Measure.Value)));

    private static ResultTable Predictions(StudyResult study) => ResultTable.Of(
        "predictions",
        "how well a measure orders substitutions by their accuracy",
        study.Predictability.SelectMany(p =>
                p.Predictors.SelectMany(a => new[]
                {
                    (p.Epochs, a.Name, Scope: "within", Tau: a.Within),
                    (p.Epochs, a.Name, Scope: "across", Tau: a.Across),
                })
            ),
        new("study", "", "The study's identifier.", _ => study.Study),
        new("epochs", "epochs", "The training length whose accuracies are ordered.", x => x.Epochs),
        new("measure", "", "The measure's name; docs/predictors.md.", x => x.Name),
        new("scope", "", "within: pairs at one position; across: all pairs.", x => x.Scope),
        new("tau", "", "Kendall's tau-b.", x => x.Tau.Value?.Tau),
        new("lower", "", "Lower end of its 95 % interval.", x => x.Tau.Value?.Lower),
        new("upper", "", "Upper end of its 95 % interval.", x => x.Tau.Value?.Upper),
        new("substitutions", "", "How many substitutions were ordered.", x => x.Tau.Value?.Count),
        new("reason", "", "Why there is no value, where there is none.", x => x.Tau.Reason));

    private static ResultTable Unavailable(StudyResult study) => ResultTable.Of(
        "unavailable",
        "an operation that a position cannot hold",
        study.Unavailable,
        new("study", "", "The study's identifier.", _ => study.Study),
        new("position", "", PlaceMeaning, x => x.Position),
        new("operation", "", "The operation.", x => x.Operation),
        new("reason", "", "Why.", x => x.Reason));

    private static VerdictKind KindOf(SequentialCell cell) => cell.Reason is null ? cell.Verdict : VerdictKind.NotComputable;

    private static string Name(VerdictKind kind) => kind == VerdictKind.NotComputable ? "not_computable" : kind.ToString().ToLowerInvariant();

    private static string? Name(TestBasis? basis) => basis switch { null => null, TestBasis.Images => "images", _ => "seeds_and_images" };
}
