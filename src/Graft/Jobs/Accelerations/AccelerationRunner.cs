using System.Globalization;
using Graft.Analysis;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Studies;
using Graft.Latency;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// Runs an acceleration (<b>LANA</b>): teacher, candidates, latency table, scores, selection, judging, measuring, fine-tuning. What has a result is not run again.
/// </summary>
public sealed class AccelerationRunner
{
    /// <summary>The name of the accelerated network among <see cref="AccelerationResult.Networks"/>.</summary>
    public const string Accelerated = "accelerated";

    private const int StepsPerJob = 24, MostSmallerNetworks = 8;
    private const string WithoutDistillation = "without distillation", TeacherOrIdentity = "teacher or identity", Random = "random", Budget = "budget";
    private readonly Workspace _workspace;
    private readonly AccelerationGraph _graph;
    private readonly IJobRunner _runner;
    private readonly StudyThreads _threads;
    private readonly LatencyMeasurement _measurement;
    private readonly IAccelerationObserver _observer;
    private readonly StepRunner _steps;
    private readonly List<string> _failures = [];

    /// <param name="workspace">Where results are stored.</param>
    /// <param name="graph">The acceleration.</param>
    /// <param name="runner">Runs the jobs.</param>
    /// <param name="threads">How the cores are divided.</param>
    /// <param name="measurement">Measures latencies.</param>
    /// <param name="observer">Is told how it goes.</param>
    public AccelerationRunner(
        Workspace workspace, AccelerationGraph graph, IJobRunner runner, StudyThreads threads, LatencyMeasurement measurement, IAccelerationObserver observer)
    {
        _workspace = workspace;
        _graph = graph;
        _runner = runner;
        _threads = threads;
        _measurement = measurement;
        _observer = observer;
        _steps = new(workspace, runner, observer);
    }

    /// <summary>The budgets of the front that is judged, in parts of the teacher's latency.</summary>
    internal static IReadOnlyList<double> FrontBudgets { get; } = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

    private SelectionPlan Selection => _graph.Plan.Selection;

    /// <summary>Runs what is left.</summary>
    /// <param name="target">Where latencies are measured, for the result.</param>
    /// <param name="cancellation">Ends it; what was finished is kept.</param>
    /// <exception cref="ConfigurationException">No architecture is within the limits.</exception>
    /// <exception cref="RunException">The teacher failed, or something beyond a step is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<AccelerationResult> RunAsync(LatencyTarget target, CancellationToken cancellation)
    {
        var scores = await ScoreCandidatesAsync(cancellation);
        _observer.StageStarted("measure operations", _graph.Candidates.Count);
        var lookup = await Task.Run(() => LatencyLookup.Measure(_graph, _measurement, new Relay(_observer), cancellation), cancellation);
        var selector = new CandidateSelection(_graph, lookup, scores);
        _observer.StageStarted("select architectures", Selection.Solutions);
        var solutions = await Task.Run(() => ArchitectureSelector.Select(selector.Problem, Selection.Solutions, cancellation: cancellation), cancellation);
        var random = RandomArchitectures.Draw(selector.Problem, Selection.RandomArchitectures, Seed.Mix(_graph.Plan.Seed, (long)SeedUse.ArchitectureDraw));
        var front = ArchitectureSelector.Sweep(selector.Problem, FrontBudgets.Select(part => part * lookup.Teacher.Median), cancellation: cancellation);
        var others = Comparisons(selector, lookup, random, cancellation);
        List<ArchitectureResult> architectures =
        [
            .. solutions.Select(selector.Result), .. random.Select(choices => selector.Result(choices, null)), .. front.Select(selector.Result), .. others.Select(o => o.Architecture),
        ];
        var smaller = SmallerNetworks(selector.Problem.BudgetMs / lookup.Teacher.Median);
        (architectures, var smallerLatencies) = await JudgeAsync(architectures, smaller, lookup, cancellation);
        double budgetMs = LatencyBudget.Parse(Selection.Budget).ToMs(lookup.TeacherBesideNetworks.Median);
        var judged = architectures[..solutions.Count];
        var judgedRandom = architectures.Slice(solutions.Count, random.Count);
        var judgedFront = architectures.Slice(solutions.Count + random.Count, front.Count);
        var networks = await FineTuneAsync(
            lookup.TeacherBesideNetworks,
            Best(judged, budgetMs),
            [.. others.Zip(architectures.TakeLast(others.Count), (other, architecture) => (other.Name, architecture))],
            [.. smaller.Zip(smallerLatencies)],
            cancellation);
        return new()
        {
            Acceleration = _graph.Id,
            Network = _graph.Plan.Network,
            Data = _graph.Plan.Data,
            BudgetMs = budgetMs,
            LatencyDrift = lookup.Drift,
            Target = target,
            Networks = networks,
            Candidates = selector.Candidates(judged),
            Solutions = judged,
            Random = judgedRandom,
            Front = judgedFront,
            ScoreAgreement = RankAgreement.Of(
                [.. judgedRandom.Where(a => a.KullbackLeibler is not null).Select(a => (a.Score, Selection.Score == "loss" ? a.Loss!.Value : a.KullbackLeibler!.Value))],
                Seed.Mix(_graph.Plan.Seed)),
            FineTunedAgreement = RankAgreement.Of(
                [.. networks.Skip(1).Where(n => n is { Accuracy: not null, Score: not null } && n.Name != WithoutDistillation).DistinctBy(n => string.Join(" ", n.Operations)).Select(n => (n.Score!.Value, 1 - n.Accuracy!.Value))], Seed.Mix(_graph.Plan.Seed)),
            LatencyError = MeanError([.. judged, .. judgedRandom]),
            TeacherTableMs = lookup.Teacher.Median,
            TeacherTableSumMs = lookup.TeacherSumMs,
            Unavailable = _graph.Unavailable,
            Failures = _failures,
            Plan = AccelerationPlanFile.ToYaml(_graph.Plan),
        };
    }

    // What is fine-tuned beside the best architecture, by name.
    private List<(string Name, ArchitectureResult Architecture)> Comparisons(
        CandidateSelection selector, LatencyLookup lookup, IReadOnlyList<IReadOnlyList<OperationChoice>> random, CancellationToken cancellation)
    {
        var plan = _graph.Plan.FineTuning;
        var found = new List<(string, ArchitectureResult)>();
        foreach (double part in plan.Budgets)
        {
            string name = $"{Budget} {part.ToString(CultureInfo.InvariantCulture)}";
            if (ArchitectureSelector.Sweep(selector.Problem, [part * lookup.Teacher.Median], cancellation: cancellation) is [var solution])
            {
                found.Add((name, selector.Result(solution)));
            }
            else
            {
                _failures.Add(Invariant($"{name}: no architecture is that fast; the fastest takes {ArchitectureSelector.SmallestFeasibleBudgetMs(selector.Problem):0.000} ms"));
            }
        }

        if (plan.Baselines && selector.BestOfTeacherAndIdentity() is { } simple)
        {
            found.Add((TeacherOrIdentity, selector.Result(simple)));
        }

        return [.. found, .. random.Take(plan.RandomArchitectures).Select((choices, i) => (Invariant($"{Random} {i + 1}"), selector.Result(choices, null)))];
    }

    private async Task<IReadOnlyDictionary<string, ScoreStepResult>> ScoreCandidatesAsync(CancellationToken cancellation)
    {
        var scores = _graph.Candidates.Select(c => c.Score).OfType<ScoreStep>().ToList();
        _observer.StageStarted("teacher", 1);
        _steps.Declare([_graph.Teacher, .. _graph.Distillations, .. scores]);
        await _steps.RunAsync([new([_graph.Teacher.Key], _threads.Alone)], lanes: 1, cancellation);
        if (_workspace.Steps.Find(_graph.Teacher.Key) is { State: StepState.Failed, Error: var error })
        {
            throw new RunException($"the teacher failed, and nothing can be done without it: {error}");
        }

        _observer.StageStarted("distil candidates", _graph.Distillations.Count);
        var parameters = _graph.Candidates.ToDictionary(c => (c.Position.Index, c.Operation.Text), c => c.Cost.Parameters);
        await _steps.RunAsync(DistillationStep.Jobs(_graph.Distillations, s => parameters[(s.Position, s.Operation)], _threads.Alone), lanes: 1, cancellation);
        _observer.StageStarted("score candidates", scores.Count);
        await _steps.RunAsync(Jobs(scores), _runner.Parallelism, cancellation);
        return Results<ScoreStepResult>(scores);
    }

    private async Task<(List<ArchitectureResult> Judged, IReadOnlyList<MedianInterval> SmallerMs)> JudgeAsync(
        List<ArchitectureResult> architectures, IReadOnlyList<NetworkDefinition> smaller, LatencyLookup lookup, CancellationToken cancellation)
    {
        var steps = architectures.Select(a => new ArchitectureStep
        {
            Data = _graph.Teacher.Data,
            Network = _graph.Plan.Network,
            Precision = _graph.Teacher.Precision,
            Teacher = _graph.Teacher.Key,
            Operations = Placed(a.Operations),
            Images = Selection.Images,
            HeldOut = _graph.Plan.HeldOut,
        }).ToList();
        _observer.StageStarted("judge architectures", steps.Count);
        _steps.Declare(steps);
        await _steps.RunAsync(Jobs(steps.DistinctBy(s => s.Key)), _runner.Parallelism, cancellation);
        var results = Results<ArchitectureStepResult>(steps);
        _observer.StageStarted("measure networks", steps.Count + smaller.Count);
        var latencies = await Task.Run(() => lookup.MeasureNetworks(architectures.Select(a => a.Operations), smaller, new Relay(_observer), cancellation), cancellation);
        var judged = architectures.Select((a, i) => a with
        {
            PredictedMs = a.PredictedMs * lookup.Drift,
            LatencyMs = latencies.Architectures[i],
            Loss = results.GetValueOrDefault(steps[i].Key)?.Loss,
            KullbackLeibler = results.GetValueOrDefault(steps[i].Key)?.KullbackLeibler,
        });
        return ([.. judged], latencies.Networks);
    }

    // The lowest loss of those that are within the budget when they are measured whole; of all, if none is.
    private static ArchitectureResult Best(IReadOnlyList<ArchitectureResult> judged, double budgetMs)
    {
        var sound = judged.Where(a => a.Loss is not null).ToList();
        var within = sound.Where(a => a.LatencyMs!.Median <= budgetMs).ToList();
        return within.Count > 0 ? within.MinBy(a => a.Loss)!
            : sound.Count > 0 ? sound.MinBy(a => a.LatencyMs!.Median)!
            : throw new RunException("no selected architecture could be judged; 'graft show step' tells why.");
    }

    private async Task<IReadOnlyList<NetworkResult>> FineTuneAsync(
        MedianInterval teacherMs,
        ArchitectureResult best,
        IReadOnlyList<(string Name, ArchitectureResult Architecture)> others,
        IReadOnlyList<(NetworkDefinition Network, MedianInterval LatencyMs)> smallerNetworks,
        CancellationToken cancellation)
    {
        var plan = _graph.Plan.FineTuning;
        var wanted = new List<(string Name, ArchitectureResult Architecture, FineTuningStep Step)> { (Accelerated, best, Step(best, plan.Distillation.Weight)) };
        if (plan.Ablation && plan.Distillation.Weight > 0)
        {
            wanted.Add((WithoutDistillation, best, Step(best, weight: 0)));
        }

        wanted.AddRange(others.Select(o => (o.Name, o.Architecture, Step(o.Architecture, plan.Distillation.Weight))));
        (TeacherStep Step, MedianInterval LatencyMs)? smaller = smallerNetworks.Count == 0 ? null : SmallerNetwork(smallerNetworks, best.LatencyMs!.Median);
        var steps = wanted.Select(w => w.Step).DistinctBy(s => s.Key).Concat<Step>(smaller is null ? [] : [smaller.Value.Step]).ToList();
        _observer.StageStarted("fine-tune", steps.Count);
        _steps.Declare(steps);
        await _steps.RunAsync(steps.Select(s => new Job([s.Key], _threads.PerWorker)), _runner.Parallelism, cancellation);
        var results = Results<FineTuningStepResult>([.. steps.OfType<FineTuningStep>()]);
        return
        [
            Trained(TeacherOperation.FamilyName, _graph.Teacher, teacherMs) with
            {
                Operations = [.. _graph.Network.Positions.Select(_ => TeacherOperation.FamilyName)],
                Score = 0,
                PredictedMs = teacherMs.Median,
            },
            .. wanted.Select(w => Network(w.Name, w.Architecture, results.GetValueOrDefault(w.Step.Key), w.Step)),
            .. smaller is var (step, latency) ? [Trained(step.Network, step, latency)] : Array.Empty<NetworkResult>(),
        ];

        FineTuningStep Step(ArchitectureResult architecture, double weight) => new()
        {
            Data = _graph.Teacher.Data,
            Network = _graph.Plan.Network,
            Precision = _graph.Teacher.Precision,
            Teacher = _graph.Teacher.Key,
            Operations = Placed(architecture.Operations),
            Recipe = plan.Recipe,
            Distillation = plan.Distillation with { Weight = weight },
            Epochs = plan.Epochs,
            Seed = plan.Seed,
            HeldOut = _graph.Plan.HeldOut,
            StatisticsImages = Selection.Images,
        };
    }

    // Those of the family that compute about as much as the budget lets them.
    private IReadOnlyList<NetworkDefinition> SmallerNetworks(double budget)
    {
        double wanted = budget * _graph.NetworkCost.MultiplyAccumulates;
        return _graph.Plan.FineTuning.EpochsFromScratch(_graph.Plan.Teacher) is null
            ? []
            : [.. NetworkCatalog.SmallerThan(_graph.Network.Name)
                .Select(name => NetworkCatalog.Define(name, _graph.Network.Image, _graph.Network.Classes))
                .OrderBy(network => Math.Abs(Math.Log(MultiplyAccumulates(network) / wanted)))
                .Take(MostSmallerNetworks)];
    }

    // The largest that is no slower than the accelerated one, or else the fastest.
    private (TeacherStep Step, MedianInterval LatencyMs) SmallerNetwork(IReadOnlyList<(NetworkDefinition Network, MedianInterval LatencyMs)> measured, double mostMs)
    {
        var plan = _graph.Plan;
        var (network, latency) = measured.Where(m => m.LatencyMs.Median <= mostMs).DefaultIfEmpty(measured.MinBy(m => m.LatencyMs.Median)).MaxBy(m => MultiplyAccumulates(m.Network));
        return (new()
        {
            Data = _graph.Teacher.Data,
            Network = network.Name,
            Precision = _graph.Teacher.Precision,
            Recipe = plan.Teacher.Recipe,
            Epochs = plan.FineTuning.EpochsFromScratch(plan.Teacher)!.Value,
            Seed = plan.Teacher.Seed,
            HeldOut = plan.HeldOut,
        }, latency);
    }

    private static long MultiplyAccumulates(NetworkDefinition definition)
    {
        using var shapes = Networks.Network.ShapesOnly(definition);
        return shapes.Cost().MultiplyAccumulates;
    }

    // The teacher or the smaller network.
    private NetworkResult Trained(string name, Step step, MedianInterval latencyMs)
    {
        var stored = _workspace.Steps.Find(step.Key)!;
        if (stored.State == StepState.Failed)
        {
            _failures.Add($"{step.Title}: {stored.Error}");
        }

        var result = stored.Result is { } json ? StepResults.FromJson<TeacherStepResult>(json) : null;
        return new()
        {
            Name = name,
            Operations = [],
            Accuracy = result?.Accuracy,
            AccuracyInterval = IntervalOf(result?.Accuracy),
            LatencyMs = latencyMs,
            Parameters = result?.Parameters ?? 0,
            MultiplyAccumulates = result?.MultiplyAccumulates ?? 0,
            Weights = result is null ? null : $"artifacts/{result.Weights}",
            Error = stored.Error,
        };
    }

    private NetworkResult Network(string name, ArchitectureResult architecture, FineTuningStepResult? result, FineTuningStep step) => new()
    {
        Name = name,
        IsSelected = name == Accelerated || name.StartsWith(Budget, StringComparison.Ordinal),
        Operations = architecture.Operations,
        Accuracy = result?.Accuracy,
        AccuracyInterval = IntervalOf(result?.Accuracy),
        AccuracyBefore = result?.AccuracyBeforeTraining,
        Score = architecture.Score,
        PredictedMs = architecture.PredictedMs,
        LatencyMs = architecture.LatencyMs,
        Parameters = architecture.Parameters,
        MultiplyAccumulates = architecture.MultiplyAccumulates,
        Weights = result is null ? null : $"artifacts/{result.Weights}",
        Error = _workspace.Steps.Find(step.Key)?.Error,
    };

    private ConfidenceInterval? IntervalOf(double? accuracy) =>
        accuracy is { } value ? ConfidenceInterval.OfProportion((int)Math.Round(value * _graph.TestImages), _graph.TestImages) : null;

    private IReadOnlyList<PlacedOperation> Placed(IReadOnlyList<string> operations) =>
    [
        .. _graph.Candidates.Where(c => c.Score is not null && operations[c.Position.Index - 1] == c.Operation.Text).Select(c => c.Score!.Candidate),
    ];

    private IEnumerable<Job> Jobs(IEnumerable<Step> steps) => steps.Select(s => s.Key).Chunk(StepsPerJob).Select(keys => new Job(keys, _threads.PerWorker));

    private Dictionary<string, TResult> Results<TResult>(IReadOnlyCollection<Step> steps)
    {
        var stored = _workspace.Steps.FindAll([.. steps.Select(s => s.Key)]);
        _failures.AddRange(steps.DistinctBy(s => s.Key).Where(s => stored[s.Key].State == StepState.Failed).Select(s => $"{s.Title}: {stored[s.Key].Error}"));
        return stored.Values.Where(s => s.State == StepState.Done).ToDictionary(s => s.Key, s => StepResults.FromJson<TResult>(s.Result!));
    }

    private static double? MeanError(IReadOnlyList<ArchitectureResult> architectures) => architectures.Count == 0
        ? null
        : architectures.Average(a => Math.Abs(a.PredictedMs - a.LatencyMs!.Median) / a.LatencyMs.Median);

    private sealed class Relay(IAccelerationObserver observer) : IProgress<(int Done, int Of)>
    {
        public void Report((int Done, int Of) value) => observer.Measured(value.Done, value.Of);
    }
}
