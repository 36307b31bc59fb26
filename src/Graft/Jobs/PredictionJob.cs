using Graft.Analysis.Prediction;
using Graft.Data;
using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>Which substitutions that a study has not tried are to be predicted.</summary>
public sealed record PredictionPlan
{
    /// <summary>A study's identifier or the start of it; null for the newest.</summary>
    public string? Study { get; init; }

    /// <summary>Where the study's data are, where that is not where the study found them: a directory; null for the study's own.</summary>
    public string? Data { get; init; }

    /// <summary>Positions by index, or <c>all</c>.</summary>
    public IReadOnlyList<string> Positions { get; init; } = ["all"];

    /// <summary>Operations; null for the study's.</summary>
    public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>The training length; null for the study's longest.</summary>
    public int? Epochs { get; init; }
}

/// <summary>Predictions of substitutions that a study has not tried.</summary>
/// <param name="Study">The study that they were learned from.</param>
/// <param name="Plan">Its plan.</param>
/// <param name="Epochs">The training length.</param>
/// <param name="Tried">How many substitutions they were learned from.</param>
/// <param name="Forecast">The predictions.</param>
public sealed record PredictionResult(string Study, StudyPlan Plan, int Epochs, int Tried, ForecastResult Forecast)
{
    /// <summary>The seeds of the substitution that has the fewest.</summary>
    public int FewestSeeds { get; init; }

    /// <summary>The seeds of the one that has the most: more, where seeds were added until verdicts were there.</summary>
    public int MostSeeds { get; init; }

    /// <summary>What failed of distilling and measuring; those substitutions are not among the predictions.</summary>
    public IReadOnlyList<FailedMeasurement> Failures { get; init; } = [];
}

/// <summary>Predicts substitutions that a study has not tried: they are distilled and measured, but no network is trained.</summary>
public sealed class PredictionJob : GraftJob<PredictionResult>
{
    private readonly StudyOutline _study;
    private readonly StudyGraph _graph;
    private readonly IReadOnlyList<Step> _steps;
    private readonly HashSet<string> _operations;
    private readonly bool _namesOperations;
    private readonly HashSet<Place> _places;
    private readonly HashSet<(Place Position, string Operation)> _tried;
    private readonly int _epochs;

    internal PredictionJob(GraftSession session, PredictionPlan plan, StudyOutline study, ImageData data)
        : base(session, data)
    {
        _study = study;
        _epochs = EpochsOf(study, plan.Epochs);
        var operations = OperationCatalog.Default.ParseList(plan.Operations ?? study.Plan.Operations).Select(o => o.Text).ToList();
        _operations = [.. operations];
        _namesOperations = plan.Operations is not null;
        study.RequireData(data);
        var network = NetworkCatalog.Define(study.Plan.Network, data.Train.Shape, data.ClassNames.Count);
        _places = [.. StudyGraph.ResolvePositions(plan.Positions, network).Select(p => p.Place)];
        _tried = [.. study.Cells.Select(c => (c.Position, c.Operation))];
        var extended = study.Plan with
        {
            Positions = [.. study.Plan.Positions, .. plan.Positions],
            Operations = [.. study.Plan.Operations, .. operations],
            Epochs = [_epochs],
            Predictors = study.Plan.Predictors ?? new(),
        };
        var precision = PrecisionNames.Parse(study.Plan.Precision, session.Device);
        _graph = WithTrialsOf(study, StudyGraph.Create(extended, data, precision, ImportedWeights(session, study.Teacher), IsTriedOrAsked));
        if (_graph.Teacher.Key != study.Teacher)
        {
            throw new DataException(
                $"the teacher of study {study.Id} is a step that this version of Graft does not make, or is not in the workspace: run the study again."
            );
        }

        _steps = (_graph.BeforeTrials() with { Similarities = [] }).Steps;
        RefuseHopeless();
    }

    /// <inheritdoc/>
    public override string Id => _study.Id;

    /// <summary>The study that predictions are learned from.</summary>
    public string Study => _study.Id;

    /// <summary>
    /// How many of the steps that are left measure what the study has tried: without predictors, or with those of an earlier version, it cannot be learned
    /// from. Nothing is run or written.
    /// </summary>
    public int StepsLeftOfTried
    {
        get
        {
            var keys = StudyOutline.Of(_graph, Session.Cores).Cells.Where(c => _tried.Contains((c.Position, c.Operation)))
                .SelectMany(c => c.Trials).SelectMany(t => t.Measurements).ToHashSet();
            var measurements = _steps.Where(s => keys.Contains(s.Key)).ToList();
            return measurements.Count - Session.DoneSteps(measurements).Count;
        }
    }

    /// <summary>What is asked for and stays out, as no such operation is possible there, or as it swaps nothing.</summary>
    internal IReadOnlyList<UnavailableCell> Unavailable =>
        [.. _graph.Unavailable.Where(u => IsAsked(u.Position, u.Operation)), .. _namesOperations ? Unswapped() : []];

    /// <summary>The network.</summary>
    public string Network => _graph.Network.Name;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">All of these have been tried, or the study has too few positions to learn from.</exception>
    /// <exception cref="RunException">None of them could be distilled and measured.</exception>
    public override PredictionResult Result
    {
        get
        {
            var result = StudyResultBuilder.Build(StudyOutline.Of(_graph, Session.Cores), Session.Workspace.Steps);
            var substitutions = StudyPrediction.Substitutions(result.Cells, _epochs, result.Teacher.Accuracy);
            var tried = substitutions.Where(s => s.Differences.Count > 0).ToList();
            var failures = Failures();
            var forecast = ForecastResult.Of(tried, Untried(substitutions, failures), StudyPrediction.Names(_graph.Plan, result.Cells).Select(p => p.Name));
            return forecast.HasValue
                ? new(_study.Id, _study.Plan, _epochs, tried.Count, forecast.Value)
                {
                    FewestSeeds = tried.Min(s => s.Differences.Count),
                    MostSeeds = tried.Max(s => s.Differences.Count),
                    Failures = failures,
                }
                : throw CannotPredict(forecast.Reason!);
        }
    }

    /// <inheritdoc/>
    protected override ImageOptions? Images => _study.Plan.Images;

    /// <inheritdoc/>
    public override IReadOnlyList<Step> Steps(IStepResults results) => _steps;

    internal static PredictionJob Create(GraftSession session, PredictionPlan plan, CancellationToken cancellation)
    {
        var study = StudyOutline.FindIn(session.Workspace, plan.Study);
        return new(session, plan, study, session.LoadDataOf(study, plan.Data, cancellation));
    }

    // Seeds that the study added are learned from like its first ones; what is distilled and measured are candidates of those alone.
    private static StudyGraph WithTrialsOf(StudyOutline study, StudyGraph graph)
    {
        var added = study.Cells.SelectMany(c => c.Trials).Select(t => t.Key).ToHashSet();
        var first = graph.Cells.SelectMany(c => c.Trials).Where(IsFirst).Select(t => t.Distillation).OfType<string>().ToHashSet();
        return graph with
        {
            Plan = graph.Plan with { UntilDecided = null },
            Cells = [.. graph.Cells.Select(c => c with { Trials = [.. c.Trials.Where(t => IsFirst(t) || added.Contains(t.Key))] })],
            Distillations = [.. graph.Distillations.Where(d => first.Contains(d.Key))],
        };

        bool IsFirst(TrialStep trial) => trial.Seed <= graph.Plan.Seeds;
    }

    // Before anything is computed: what no measure will change.
    private void RefuseHopeless()
    {
        var substitutions = StudyResultBuilder.Cells(StudyOutline.Of(_graph, Session.Cores), Session.Workspace.Steps)
            .Where(c => c.Epochs == _epochs && StudyPrediction.IsSwap(c)).ToLookup(c => c.Mean is not null, c => (c.Position, c.Operation));
        RequireUntried(substitutions[false]);
        if (RidgeModel.TooFew([.. substitutions[true].Select(s => s.Position)]) is { } reason)
        {
            throw CannotPredict(reason);
        }
    }

    private List<FailedMeasurement> Failures()
    {
        var stored = Session.Workspace.Steps.FindAll([.. _steps.Select(s => s.Key)]);
        var steps = _steps.DistinctBy(s => s.Key).ToDictionary(s => s.Key);
        return [.. _steps.Where(s => stored.GetValueOrDefault(s.Key)?.State == StepState.Failed)
            .Select(s => new FailedMeasurement(s.TitleAmong(steps.GetValueOrDefault), s.Key, stored[s.Key].Error!))];
    }

    private List<Substitution> Untried(IEnumerable<Substitution> substitutions, IReadOnlyList<FailedMeasurement> failures)
    {
        var untried = substitutions.Where(s => s.Differences.Count == 0 && IsAsked(s.Position, s.Operation)).ToList();
        if (untried.Count == 0 && failures is [var first, ..])
        {
            throw new RunException($"nothing can be predicted: {first.What}: {first.Error}");
        }

        RequireUntried(untried.Select(s => (s.Position, s.Operation)));
        return untried;
    }

    private void RequireUntried(IEnumerable<(Place Position, string Operation)> untried)
    {
        if (!untried.Any(s => IsAsked(s.Position, s.Operation)))
        {
            var impossible = Unavailable.Count > 0 ? Unavailable[0] : null;
            throw new ConfigurationException(
                $"study {_study.Id} has tried all of these{(impossible is null ? "" : $" that are possible (not {impossible.Operation} at {impossible.Position}: {impossible.Reason})")}; name other positions or operations."
            );
        }
    }

    private IEnumerable<UnavailableCell> Unswapped() =>
        from place in _places
        where IsAsked(place, Unchanged.Operation) && Unchanged.Is(place, Unchanged.Operation)
        orderby place.First
        select new UnavailableCell(
            place,
            Unchanged.Operation,
            Invariant($"'{Unchanged.Operation}' is the network's own block at position {place}, so that there is nothing to predict")
        );

    private ConfigurationException CannotPredict(string reason) => new($"study {_study.Id} cannot predict: {reason}. Run it at more positions.");

    private bool IsAsked(Place position, string operation) => _operations.Contains(operation) && _places.Contains(position);

    private bool IsTriedOrAsked(Place position, string operation) => _tried.Contains((position, operation)) || IsAsked(position, operation);

    private static int EpochsOf(StudyOutline study, int? asked) =>
        asked is null || study.Plan.Epochs.Contains(asked.Value)
            ? asked ?? study.Plan.Epochs.Max()
            : throw new ConfigurationException(
                Invariant(
                    $"study {study.Id} has no trials of {Plural.Of(asked.Value, "epoch")}, but of {string.Join(", ", study.Plan.Epochs.Select(e => Invariant($"{e}")))}."
                )
            );

    private static string? ImportedWeights(GraftSession session, string teacher) =>
        session.Workspace.Steps.Find(teacher) is { } stored && session.Kinds.Parse(stored.Specification) is ImportStep import ? import.Sha256 : null;
}
