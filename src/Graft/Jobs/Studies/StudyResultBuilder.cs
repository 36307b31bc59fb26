using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Prediction;
using Graft.Analysis.Sequential;
using Graft.Engine;
using Graft.Runtime;
using Graft.Steps;
using Graft.Training;

namespace Graft.Jobs.Studies;

/// <summary>Puts a study's results together from those of its steps.</summary>
internal sealed class StudyResultBuilder
{
    private readonly StudyOutline _outline;
    private readonly IReadOnlyDictionary<string, StoredStep> _steps;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<EpochResult>> _histories;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<LossPoint>> _losses;
    private readonly IStepRecord _record;
    private readonly AnalysisOptions _options;
    private readonly StepKinds _kinds = BuiltInKinds.Create();

    private StudyResultBuilder(StudyOutline outline, IStepRecord record, AnalysisOptions options)
    {
        _record = record;
        _options = options;
        _outline = outline;
        var keys = outline.StepKeys.ToList();
        _steps = record.FindAll(keys);
        _histories = record.Histories(keys);
        _losses = record.LossPoints(keys);
    }

    /// <summary>The results as they stand.</summary>
    /// <param name="outline">The study.</param>
    /// <param name="record">The record of its steps.</param>
    /// <param name="options">How results are judged; null for the study's own margin (<see cref="OptionsOf"/>).</param>
    /// <param name="cache">Findings of an earlier reading; null for none.</param>
    /// <param name="begun">When the study was first started; null where that is not known.</param>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static StudyResult Build(
        StudyOutline outline, IStepRecord record, AnalysisOptions? options = null, FindingsCache? cache = null, DateTimeOffset? begun = null) =>
        new StudyResultBuilder(outline, record, options ?? OptionsOf(outline.Plan)).Build(cache ?? new(), begun);

    /// <summary>The results as they stand, beside what else the workspace holds.</summary>
    /// <param name="outline">The study.</param>
    /// <param name="workspace">Where its steps are recorded.</param>
    /// <param name="options">How results are judged; null for the study's own margin (<see cref="OptionsOf"/>).</param>
    /// <param name="cache">Findings of an earlier reading; null for none.</param>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static StudyResult Build(StudyOutline outline, IWorkspace workspace, AnalysisOptions? options = null, FindingsCache? cache = null)
    {
        var jobs = workspace.Jobs.List();
        var begun = jobs.FirstOrDefault(job => job.Id == outline.Id)?.Created;
        return Build(outline, workspace.Steps, options, cache, begun) with { OtherMargins = OtherMargin.Of(outline, jobs) };
    }

    /// <summary>How a study is judged where nobody says otherwise: with the margin by which its seeds were added, if they were.</summary>
    /// <param name="plan">The study's plan.</param>
    public static AnalysisOptions OptionsOf(StudyPlan plan) => plan.UntilDecided is { } until ? new() { Margin = until.Margin } : new();

    /// <summary>The verdicts of a study whose seeds are added until they are there, as it stands; null for another.</summary>
    internal static SequentialJudgement? Judge(StudyOutline outline, IStepRecord record)
    {
        var builder = new StudyResultBuilder(outline, record, new());
        return builder.Judge(builder.Cells());
    }

    /// <summary>The cells as they stand, without what is computed from all of them.</summary>
    internal static IReadOnlyList<CellResult> Cells(StudyOutline outline, IStepRecord record) => new StudyResultBuilder(outline, record, new()).Cells();

    private List<CellResult> Cells() => [.. _outline.Cells.Select(Cell)];

    private SequentialJudgement? Judge(IReadOnlyList<CellResult> cells) =>
        _outline.Plan.UntilDecided is { } until
            ? SequentialJudgement.Of(
                AnalysedStudyBuilder.Build(_outline, cells, _record),
                until.Looks(_outline.Plan.Seeds),
                OptionsOf(_outline.Plan)
            )
            : null;

    private StudyResult Build(FindingsCache cache, DateTimeOffset? begun)
    {
        var teacher = Teacher();
        var cells = Cells();
        var baselines = cells.Where(c => c.IsUnchanged).DistinctBy(c => c.Epochs).ToDictionary(c => c.Epochs);
        var measurements = _outline.Cells.SelectMany(c => c.Trials).SelectMany(t => t.Measurements).Concat(_outline.Similarities).Distinct().ToList();
        var states = cells.Select(c => c.State).Append(teacher.State).Concat(measurements.Select(State)).ToList();
        var findings = cache.Get(_outline, _steps.Values, _options, () => Findings(cells, teacher.Accuracy));
        var state = states.Contains(StepState.Failed) ? JobState.Failed
            : states.TrueForAll(s => s == StepState.Done) && findings.Sequential is not { Requests.Count: > 0 } ? JobState.Done
            : JobState.Incomplete;
        string[] remarks = [.. baselines.Values.Select(b => RemarkOn(b, teacher.Accuracy)).OfType<string>()];
        return new()
        {
            Study = _outline.Id,
            Network = _outline.Plan.Network,
            NetworkFile = _outline.NetworkFile,
            Data = _outline.Plan.Data,
            Operations = _outline.Plan.Operations,
            State = state,
            Teacher = teacher,
            Remarks = remarks,
            Cells = [.. cells.Select(c => WithDifference(c, baselines.GetValueOrDefault(c.Epochs), teacher.Accuracy))],
            Unavailable = _outline.Unavailable,
            Predictability = findings.Predictability,
            Similarity = findings.Similarity,
            FailedMeasurements = [.. measurements.Select(Stored).OfType<StoredStep>().Where(s => s.State == StepState.Failed)
                .Select(s => new FailedMeasurement(_kinds.TitleOf(s, _record), s.Key, s.Error!))],
            Analysis = findings.Analysis is { } analysis && (remarks.Length > 0 || state == JobState.Incomplete)
                ? analysis with { Next = [] } // remarks say what is next; half a study says nothing of it
                : findings.Analysis,
            Sequential = findings.Sequential,
            Provenance = Provenance(begun),
        };
    }

    // A training that ruins even the unchanged network says nothing of what was swapped.
    private string? RemarkOn(CellResult baseline, double? teacherAccuracy) =>
        teacherAccuracy is { } before && baseline.Mean is { } after && ChanceAccuracy.LosesMost(before, after, _outline.TestImages, _outline.Chance)
            ? Invariant($"the unchanged network fell from {100 * before:0.00} to {100 * after:0.00} % by training on for ")
                + $"{Plural.Of(baseline.Epochs, "epoch")}: lower trial.learningRate; nothing is learned from differences to it."
            : null;

    // As verdicts have it, over the seeds that both have: the unchanged network may have more of them, or fewer, or none that has finished.
    private static CellResult WithDifference(CellResult cell, CellResult? baseline, double? teacherAccuracy)
    {
        if (baseline is null)
        {
            double? toTeacher = cell.Mean - teacherAccuracy;
            return cell with { DifferenceToTeacher = toTeacher, DifferenceSeeds = toTeacher is null ? 0 : cell.Accuracies.Count };
        }

        var ofBaseline = baseline.Trials.Where(t => t.Accuracy is not null).ToDictionary(t => t.Seed, t => t.Accuracy);
        var both = cell.Trials.Where(t => t.Accuracy is not null && ofBaseline.ContainsKey(t.Seed)).ToList();
        return cell with { DifferenceToTeacher = both.Average(t => t.Accuracy - ofBaseline[t.Seed]), DifferenceSeeds = both.Count };
    }

    private StudyFindings Findings(IReadOnlyList<CellResult> cells, double? teacherAccuracy)
    {
        var sequential = Judge(cells);
        return new(
            [.. Lengths(cells).Select(epochs => Predictability(cells, epochs, teacherAccuracy)).OfType<Predictability>()],
            [.. Lengths(cells).Select(epochs => Similarity(cells, epochs)).OfType<SimilarityMap>()],
            StudyAnalysis.Of(AnalysedStudyBuilder.Build(_outline, cells, _record), _options, sequential),
            sequential
        );
    }

    private static IEnumerable<int> Lengths(IEnumerable<CellResult> cells) => cells.Select(c => c.Epochs).Distinct();

    private Predictability? Predictability(IReadOnlyList<CellResult> cells, int epochs, double? teacherAccuracy)
    {
        var substitutions = StudyPrediction.Substitutions(cells, epochs, teacherAccuracy);
        return substitutions.Count == 0 ? null : Analysis.Prediction.Predictability.Of(
            epochs, [.. substitutions.Where(s => s.Differences.Count > 0)], StudyPrediction.Names(_outline.Plan, cells));
    }

    private SimilarityMap? Similarity(IEnumerable<CellResult> cells, int epochs)
    {
        var length = cells.Where(c => c.Epochs == epochs).ToList();
        var positions = _outline
            .Similarities.Select(key =>
                Result<SimilarityStepResult>(key) is { } result
                    ? StudyPrediction.Similarity((SimilarityStep)_kinds.Parse(Stored(key)!.Specification), result, length)
                    : null
            )
            .OfType<PositionSimilarity>()
            .ToList();
        return positions.Count == 0 ? null : SimilarityMap.Of(epochs, positions);
    }

    private TeacherResult Teacher()
    {
        var result = Result<TeacherStepResult>(_outline.Teacher);
        return new()
        {
            Key = _outline.Teacher,
            State = State(_outline.Teacher),
            Accuracy = result?.Accuracy,
            Remark = result?.FaultOn(_outline.TestImages, _outline.Chance, Stored(_outline.Teacher)?.Kind == TeacherKind.KindName),
            Parameters = _outline.Parameters,
            MultiplyAccumulates = _outline.MultiplyAccumulates,
            Weights = result is null ? null : ArtifactPath.InWorkspace(result.Weights),
            History = _histories.GetValueOrDefault(_outline.Teacher) ?? [],
            Error = Stored(_outline.Teacher)?.Error,
        };
    }

    private CellResult Cell(CellOutline cell)
    {
        var trials = cell.Trials.Select(Trial).ToList();
        var ended = trials.Where(t => t.Accuracy is not null).ToList();
        var accuracies = ended.Select(t => t.Accuracy).OfType<double>().ToList();
        var state =
            trials.Any(t => t.State == StepState.Failed) ? StepState.Failed
            : trials.All(t => t.State == StepState.Done) ? StepState.Done
            : trials.Any(t => t.State == StepState.Running) ? StepState.Running
            : trials.Any(t => t.State == StepState.Interrupted) ? StepState.Interrupted
            : StepState.Pending;
        return new(cell, accuracies, trials, state)
        {
            Mean = accuracies.Count > 0 ? Statistics.MeanFraction(accuracies) : null,
            Std = Statistics.Std(accuracies),
            // Distillations run ahead of trials: means beside each other are of the same seeds.
            DistillationLoss = Mean((ended.Count > 0 ? ended : trials).Select(t => t.DistillationLoss).OfType<double>()),
            AccuracyBeforeTraining = Mean(trials.Select(t => t.AccuracyBeforeTraining).OfType<double>()),
        };
    }

    private TrialResult Trial(TrialOutline trial)
    {
        var result = Result<TrialStepResult>(trial.Key);
        var distillation = trial.Distillation is null ? null : Result<DistillationStepResult>(trial.Distillation);
        return new()
        {
            Key = trial.Key,
            Seed = trial.Seed,
            State = State(trial.Key),
            Accuracy = result?.Accuracy,
            AccuracyBeforeTraining = result?.AccuracyBeforeTraining,
            DistillationLoss = distillation?.Loss is { } loss && double.IsFinite(loss) ? loss : null,
            DistillationHistory = trial.Distillation is null ? [] : _losses.GetValueOrDefault(trial.Distillation) ?? [],
            History = _histories.GetValueOrDefault(trial.Key) ?? [],
            Measures = Measures(trial),
            Seconds = Stored(trial.Key)?.Seconds,
            Error = Stored(trial.Key)?.Error,
        };
    }

    private Dictionary<string, double> Measures(TrialOutline trial)
    {
        var values = trial.Predictors is null || Result<PredictorStepResult>(trial.Predictors) is not { } bundle ? [] : bundle.ByName();
        foreach (string key in trial.Measures ?? [])
        {
            if (Result<MeasureStepResult>(key)?.Value is { } value
                && (MeasureStep)_kinds.Parse(Stored(key)!.Specification) is var step && StudyPrediction.IsOfToday(step))
            {
                values[step.Measure] = value;
            }
        }

        return values;
    }

    private Provenance Provenance(DateTimeOffset? begun) =>
        Jobs.Provenance.Of(
            PlanFile.ToYaml(_outline.Plan),
            _outline.DataFingerprint,
            _outline.Plan.Precision,
            _outline.Workers,
            _outline.ThreadsPerWorker,
            [.. _steps.Values],
            begun
        );

    private StoredStep? Stored(string key) => _steps.GetValueOrDefault(key);

    private StepState State(string key) => Stored(key)?.State ?? StepState.Pending;

    private TResult? Result<TResult>(string key)
        where TResult : class => Stored(key) is { State: StepState.Done, Result: { } json } ? StepResults.FromJson<TResult>(json) : null;

    private static double? Mean(IEnumerable<double> values) => values.Select(v => (double?)v).DefaultIfEmpty().Average();
}
