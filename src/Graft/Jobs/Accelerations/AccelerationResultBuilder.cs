using Graft.Analysis;
using Graft.Engine;
using Graft.Operations;
using Graft.Runtime;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>Puts an acceleration's results together from those of its steps, as far as they have come.</summary>
internal sealed class AccelerationResultBuilder : IStepResults
{
    private const int MostNamed = 5; // of candidates in a sentence

    private readonly AccelerationOutline _outline;
    private readonly IWorkspace _workspace;
    private readonly AccelerationFlow _flow;
    private readonly Dictionary<string, StoredStep?> _stored = [];
    private readonly LatencyStepResult? _operations, _networks;
    private readonly string? _fault; // why nothing can follow

    private AccelerationResultBuilder(AccelerationOutline outline, IWorkspace workspace)
    {
        _outline = outline;
        _workspace = workspace;
        _flow = new(outline);
        _fault = _flow.UpdateFrom(known =>
        {
            Read(known.Select(s => s.Key));
            return this;
        });

        _operations = this.Find<LatencyStepResult>(_flow.Selection.Latency.Key);
        _networks = _flow.Judging?.Latency is { } step ? this.Find<LatencyStepResult>(step.Key) : null;
    }

    private double Drift => _networks is null ? 1 : _flow.Judging!.LatencyDrift(_networks);

    private double? LatencyError => _networks is null ? null : _flow.Judging!.LatencyError(_networks);

    /// <summary>The results as they stand.</summary>
    /// <param name="outline">The acceleration.</param>
    /// <param name="workspace">Where its steps are recorded.</param>
    public static AccelerationResult Build(AccelerationOutline outline, IWorkspace workspace) => new AccelerationResultBuilder(outline, workspace).Build();

    /// <inheritdoc/>
    public StoredStep? Ended(string key) => _stored.GetValueOrDefault(key) is { } stored && stored.State.HasEnded() ? stored : null;

    private AccelerationResult Build()
    {
        var architectures = _flow.Judging?.Architectures;
        var selected = _flow.Judging?.Selected;
        List<ArchitectureResult> judged = [.. (architectures?.Solutions ?? []).Select(Result)],
            judgedRandom = [.. (architectures?.Random ?? []).Select(Result)],
            judgedFront = [.. (architectures?.Front ?? []).Select(Result)];
        var agreement = new ArchitectureAgreement(_outline.Plan, [.. judged, .. judgedFront], judgedRandom);
        var networks = Networks();
        var export = _flow.Export?.Step is { } step ? this.Find<ExportStepResult>(step.Key) : null;
        double budgetMs = (_networks ?? _operations) is { } latencies
            ? LatencyBudget.Parse(_outline.Plan.Selection.Budget).ToMs(latencies.Teacher.Interval()!.Median)
            : 0;
        return new()
        {
            Acceleration = _outline.Id,
            State = StateOf(export),
            Network = _outline.Plan.Network,
            NetworkFile = _outline.NetworkFile,
            Data = _outline.Plan.Data,
            Score = _outline.Plan.Selection.Score,
            BudgetMs = budgetMs,
            LatencyDrift = Drift,
            Target = _outline.Target,
            Networks = networks,
            WhyNoSmallerNetwork = _outline.WhyNoSmallerNetwork(),
            Advice = Advice(networks, budgetMs),
            Exported = export is null ? null : _flow.Export!.Name,
            Model = export is null ? null : ArtifactPath.InWorkspace(export.Model),
            ModelMaxDifference = export?.MaxDifference,
            ModelAccuracy = export?.Accuracy,
            Candidates = Candidates(judged),
            Solutions = judged,
            Random = judgedRandom,
            Front = judgedFront,
            ScoreAgreement = agreement.OnRandom,
            Order = agreement.Order,
            ScoreModel = agreement.Fit(Scores()),
            FineTunedAgreement = agreement.OnFineTuned(networks),
            LatencyError = LatencyError,
            TeacherTableMs = selected?.TeacherMs ?? 0,
            TeacherTableSumMs = selected?.TeacherSumMs ?? 0,
            OperationFactor = _operations is null ? 1 : new OperationLatencies(_flow.Selection.Latency, _operations).Factor,
            Unavailable = _outline.Unavailable,
            Failures = [.. Failures()],
            Plan = AccelerationPlanFile.ToYaml(_outline.Plan),
            Provenance = Provenance.Of(
                AccelerationPlanFile.ToYaml(_outline.Plan),
                _outline.DataFingerprint,
                _outline.Plan.Precision,
                _outline.Workers,
                _outline.ThreadsPerWorker,
                [.. _stored.Values.OfType<StoredStep>()],
                _workspace.Jobs.List().FirstOrDefault(job => job.Id == _outline.Id)?.Created
            ),
        };
    }

    private AccelerationAdvice? Advice(IReadOnlyList<NetworkResult> networks, double budgetMs) => AccelerationAdvice.Of(networks, new()
    {
        BudgetMs = budgetMs,
        Epochs = _outline.Plan.FineTuning.Epochs,
        TestImages = _outline.TestImages,
        Classes = _outline.Classes,
        Chance = _outline.Chance,
        LatencyDrift = Drift,
        LatencyError = LatencyError,
        OperationLatencies = [.. (_operations?.Operations ?? []).Select(o => o.Interval()).OfType<MedianInterval>()],
        LatencyPrecision = _flow.Selection.Latency.Protocol.Precision,
        ForeignTarget = _outline.ForeignTarget,
        TeacherFault = this.Find<TeacherStepResult>(_flow.Selection.Teacher.Key)
            ?.FaultOn(_outline.TestImages, _outline.Chance, _flow.Selection.Teacher is TeacherStep),
    });

    private JobState StateOf(ExportStepResult? export)
    {
        var states = _flow.Known.Select(s => _stored.GetValueOrDefault(s.Key)?.State ?? StepState.Pending).ToList();
        bool isOver = !states.Exists(s => s is StepState.Pending or StepState.Running or StepState.Interrupted);
        return _fault is not null || (states.Contains(StepState.Failed) && (export is not null || isOver)) ? JobState.Failed
            : export is not null && states.TrueForAll(s => s == StepState.Done) ? JobState.Done
            : JobState.Incomplete;
    }

    // Of all candidates that change something and have one.
    private Dictionary<OperationAt, double> Scores() => _outline.Candidates.Where(c => !c.IsOwn)
        .Select(c => (At: new OperationAt(c.Place, c.Operation), Score: _flow.Selection.Candidates.ScoreOf(c, this)))
        .Where(c => c.Score is not null).ToDictionary(c => c.At, c => c.Score!.Value);

    private ArchitectureResult Result(ComposedArchitecture architecture)
    {
        var judged = this.Find<ArchitectureStepResult>(architecture.Step.Key);
        return new()
        {
            Operations = [.. architecture.Choice.Operations.Select(o => o.Operation)],
            Places = [.. architecture.Choice.Operations.Select(o => o.Place)],
            Score = architecture.Choice.Score,
            Gap = architecture.Choice.Gap,
            PredictedMs = architecture.Choice.PredictedMs * Drift,
            LatencyMs = _networks?.Architectures[architecture.Index].Interval(),
            Loss = judged?.Loss,
            KullbackLeibler = judged?.KullbackLeibler,
            Accuracy = judged?.Accuracy,
            Parameters = architecture.Choice.Parameters,
            MultiplyAccumulates = architecture.Choice.MultiplyAccumulates,
        };
    }

    // The teacher first, then what was fine-tuned, then the smaller network.
    private List<NetworkResult> Networks()
    {
        var teacherMs = (_networks ?? _operations)?.Teacher.Interval();
        var teacher = Trained(TeacherOperation.FamilyName, _flow.Selection.Teacher, teacherMs) with
        {
            Operations = [.. Enumerable.Repeat(TeacherOperation.FamilyName, _outline.Positions)],
            Places = [.. Enumerable.Range(1, _outline.Positions).Select(i => (Place)i)],
            Score = 0,
            PredictedMs = teacherMs?.Median,
        };
        var networks = new List<(NetworkResult Network, string Step)> { (teacher, _flow.Selection.Teacher.Key) };
        foreach (var (name, composed, step) in _flow.FineTuning?.FineTunings ?? [])
        {
            var architecture = Result(composed);
            var result = this.Find<FineTuningStepResult>(step.Key);
            var tuned = new NetworkResult
            {
                Name = name,
                IsSelected = name == AccelerationResult.Accelerated || name.StartsWith(OpponentNames.Budget, StringComparison.Ordinal),
                Operations = architecture.Operations,
                Places = architecture.Places,
                AccuracyRepaired = result?.AccuracyRepaired,
                LearningRate = result?.Search?.LearningRate,
                KeptWhatItWasGiven = result?.KeptWhatItWasGiven,
                Accuracy = result?.Accuracy,
                AccuracyInterval = IntervalOf(result?.Accuracy),
                AccuracyBefore = result?.AccuracyBeforeTraining,
                Score = architecture.Score,
                PredictedMs = architecture.PredictedMs,
                LatencyMs = architecture.LatencyMs,
                Parameters = architecture.Parameters,
                MultiplyAccumulates = architecture.MultiplyAccumulates,
                Weights = result is null ? null : ArtifactPath.InWorkspace(result.Weights),
                Error = _stored.GetValueOrDefault(step.Key)?.Error,
            };
            networks.Add((tuned, step.Key));
        }

        foreach (var (name, smaller) in _flow.FineTuning?.Smaller ?? [])
        {
            int index = _flow.Judging!.Latency.Networks.ToList().IndexOf(smaller.Network);
            networks.Add((Trained(name, smaller, _networks!.Networks[index].Interval()), smaller.Key));
        }

        return Compared(networks);
    }

    private List<NetworkResult> Compared(List<(NetworkResult Network, string Step)> networks)
    {
        string? accelerated = networks.Find(n => n.Network.Name == AccelerationResult.Accelerated).Step;
        if (accelerated is null || _workspace.Steps.Outcome(accelerated) is not { } own)
        {
            return networks.ConvertAll(n => n.Network);
        }

        // A network that has several names is compared once.
        var others = networks.Select(n => n.Step).Where(step => step != accelerated).Distinct().ToList();
        var comparisons = others.Zip(NetworkComparison.Of(own, [.. others.Select(_workspace.Steps.Outcome)])).ToDictionary();
        return networks.ConvertAll(n => n.Network with { ToAccelerated = comparisons.GetValueOrDefault(n.Step) });
    }

    // The teacher or the smaller network.
    private NetworkResult Trained(string name, NetworkStep step, MedianInterval? latencyMs)
    {
        var result = this.Find<TeacherStepResult>(step.Key);
        return new()
        {
            Name = name,
            Operations = [],
            Accuracy = result?.Accuracy,
            AccuracyInterval = IntervalOf(result?.Accuracy),
            LatencyMs = latencyMs,
            Parameters = result?.Parameters ?? (name == TeacherOperation.FamilyName ? _outline.Parameters : 0),
            MultiplyAccumulates = result?.MultiplyAccumulates ?? (name == TeacherOperation.FamilyName ? _outline.MultiplyAccumulates : 0),
            Weights = result is null ? null : ArtifactPath.InWorkspace(result.Weights),
            Error = _stored.GetValueOrDefault(step.Key)?.Error,
        };
    }

    // Every candidate, with how often the solutions chose it and what beats it.
    private List<CandidateResult> Candidates(IReadOnlyList<ArchitectureResult> solutions)
    {
        var latencies = _flow is { Selection.Final: { } selection, Judging.Selected: { } selected }
            ? selection.Candidates.Zip(selected.CandidateMs).ToDictionary(x => (x.First.Place, x.First.Operation), x => x.Second)
            : [];
        var measured = _operations is null
            ? []
            : _flow.Selection.Latency.Operations.Zip(_operations.Operations).ToDictionary(x => (x.First.Place, x.First.Operation), x => x.Second.Interval());
        var candidates = _outline.Candidates.Select(candidate =>
        {
            var key = (candidate.Place, candidate.Operation);
            var score = _flow.Selection.Candidates.ScoreStepOf(candidate) switch
            {
                null => new ScoreStepResult(0, 0, 0, 0),
                ScoreStep step => this.Find<ScoreStepResult>(step.Key),
                _ => null,
            };
            return new CandidateResult
            {
                Position = candidate.Place,
                Operation = candidate.Operation,
                Score = _flow.Selection.Candidates.ScoreOf(candidate, this),
                LossRise = score?.LossRise,
                KullbackLeibler = score?.KullbackLeibler,
                FeatureError = score?.FeatureError,
                LatencyMs = latencies.TryGetValue(key, out double ms) ? ms : null,
                MeasuredMs = measured.GetValueOrDefault(key),
                Parameters = candidate.Parameters,
                IsRefined = _flow.Selection.Candidates.IsRefined(candidate),
                Chosen = solutions.Count(s => s.Places.Zip(s.Operations).Contains(key)),
            };
        }).ToList();
        return latencies.Count == 0 ? candidates : candidates.ConvertAll(c => c with { DominatedBy = Dominating(c, candidates) });
    }

    private static string? Dominating(CandidateResult candidate, IReadOnlyList<CandidateResult> all) => candidate.Score is null ? null : all
        .Where(c => c.Position == candidate.Position && c.Score is not null && c.LatencyMs <= candidate.LatencyMs && c.Score <= candidate.Score
            && (c.LatencyMs < candidate.LatencyMs || c.Score < candidate.Score))
        .MinBy(c => c.Score)?.Operation;

    private IEnumerable<string> Failures()
    {
        var steps = _flow.Known.DistinctBy(s => s.Key).ToDictionary(s => s.Key);
        var failed = steps.Values.Where(s => _stored.GetValueOrDefault(s.Key)?.State == StepState.Failed).ToList();
        foreach (var step in failed)
        {
            yield return $"{step.TitleAmong(steps.GetValueOrDefault, _flow.NameOf(step))}: {_stored[step.Key]!.Error}";
        }

        if (failed.Count == 0 && _fault is not null)
        {
            yield return _fault;
        }

        var without = _outline.Candidates.Where(c => !c.IsOwn && _flow.Selection.Candidates.HasNoValue(c, this)).ToList();
        if (_flow.Selection.Final is not null && without.Count > 0)
        {
            string some = string.Join(", ", without.Take(MostNamed).Select(c => Invariant($"{c.Operation} at {c.Place}")));
            yield return
                $"{Plural.Of(without.Count, "candidate")} could not be selected, as the score '{_outline.Plan.Selection.Score}' has no value there: {some}{(without.Count > MostNamed ? ", …" : "")}";
        }

        foreach (var (part, _) in _outline.Plan.FineTuning.Budgets.Zip(_flow.Judging?.Selected.Budgets ?? []).Where(b => b.Second is null))
        {
            string budget = OpponentNames.OfBudget(part);
            yield return _flow.Judging!.Selected.FastestMs is { } fastest
                ? $"{budget}: no architecture is that fast; the fastest takes {LatencyBudget.Shown(fastest)} ms"
                : $"{budget}: no architecture is within the plan's limits of size, however slow";
        }
    }

    private void Read(IEnumerable<string> keys)
    {
        var missing = keys.Where(key => !_stored.ContainsKey(key)).ToList();
        var found = _workspace.Steps.FindAll(missing);
        missing.ForEach(key => _stored[key] = found.GetValueOrDefault(key));
    }

    private ConfidenceInterval? IntervalOf(double? accuracy) =>
        accuracy is { } value ? ConfidenceInterval.OfProportion((int)Math.Round(value * _outline.TestImages), _outline.TestImages) : null;
}
