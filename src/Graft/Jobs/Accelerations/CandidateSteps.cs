using Graft.Engine;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// The steps that distil and score an acceleration's candidates. Those that are worth it are distilled and scored twice, the second time from where the first
/// one ended; of the two what scores better stands.
/// </summary>
internal sealed class CandidateSteps
{
    private readonly AccelerationOutline _outline;
    private readonly string _teacher;
    private readonly Dictionary<(Place, string), ScoredSteps> _standing = [];
    private readonly Dictionary<(Place, string), ScoredSteps> _refined = [];

    /// <param name="outline">What is accelerated.</param>
    /// <param name="teacher">The key of the step that makes the teacher.</param>
    public CandidateSteps(AccelerationOutline outline, string teacher)
    {
        (_outline, _teacher) = (outline, teacher);
        foreach (var candidate in outline.Candidates.Where(c => !c.IsOwn))
        {
            var distillation = candidate.Parameters == 0 ? null : Distil(candidate);
            _standing[(candidate.Place, candidate.Operation)] = new(distillation, Score(candidate.Place, candidate.Operation, distillation));
        }

        First = InOrder(_standing.Values);
    }

    /// <summary>The first distillation and score of all candidates, distillations first.</summary>
    public IReadOnlyList<Step> First { get; }

    private AccelerationPlan Plan => _outline.Plan;

    /// <summary>The step whose score stands; null for the teacher's own operation.</summary>
    public NetworkStep? ScoreStepOf(AccelerationCandidate candidate) => _standing.GetValueOrDefault((candidate.Place, candidate.Operation))?.Score;

    /// <summary>The score of a candidate, 0 for the teacher's own operation; null where it is not known, or no number.</summary>
    public double? ScoreOf(AccelerationCandidate candidate, IStepResults results) =>
        ScoreStepOf(candidate) is { } step ? ScoreOf(step, results) : 0;

    /// <summary>Whether the candidate's score was taken, and is no number: then nothing can be selected by it.</summary>
    public bool HasNoValue(AccelerationCandidate candidate, IStepResults results) =>
        ScoreOf(candidate, results) is null && results.Ended(ScoreStepOf(candidate)!.Key) is { State: StepState.Done };

    /// <summary>Whether the candidate was distilled on, and that stands.</summary>
    public bool IsRefined(AccelerationCandidate candidate) =>
        _standing.GetValueOrDefault((candidate.Place, candidate.Operation)) is { Distillation.Continues: not null };

    /// <summary>What differs from the teacher in an architecture, with weights.</summary>
    public IReadOnlyList<CandidateAt> Placed(ArchitectureChoice choice) =>
        [.. choice.Operations.Where(o => !o.IsOwn).Select(o => new CandidateAt(o.Place, o.Operation, _standing[(o.Place, o.Operation)].Distillation?.Key))];

    /// <summary>The steps that distil candidates on and score them again, distillations first; operations without parameters have nothing to learn.</summary>
    /// <param name="worth">The candidates that are worth it; what is the teacher's own does not count.</param>
    public IReadOnlyList<Step> Refine(IEnumerable<OperationAt> worth)
    {
        foreach (var key in worth.Select(o => (o.Place, o.Operation)).Distinct())
        {
            if (_standing.GetValueOrDefault(key)?.Distillation is { } first)
            {
                _refined[key] = Refined(first);
            }
        }

        return InOrder(_refined.Values);
    }

    /// <summary>The steps that would distil any of the candidates on and score it again.</summary>
    public IReadOnlyList<Step> Refinable() => InOrder(_standing.Values.Where(s => s.Distillation is not null).Select(s => Refined(s.Distillation!)));

    /// <summary>Lets the second distillation of those stand that it made no worse.</summary>
    public void Settle(IStepResults results)
    {
        foreach (var (key, refined) in _refined)
        {
            if (ScoreOf(refined.Score, results) is { } score && score <= ScoreOf(_standing[key].Score, results))
            {
                _standing[key] = refined;
            }
        }
    }

    private static IReadOnlyList<Step> InOrder(IEnumerable<ScoredSteps> steps)
    {
        var all = steps.ToList();
        return [.. all.Select(s => s.Distillation).OfType<Step>(), .. all.Select(s => s.Score)];
    }

    private double? ScoreOf(NetworkStep step, IStepResults results)
    {
        if (Plan.Selection.ScoreMeasure is { } measure)
        {
            return results.Find<MeasureStepResult>(step.Key) is { } measured ? SelectionScores.Of(measure, measured) : null;
        }

        return results.Find<ScoreStepResult>(step.Key) is { } scored ? SelectionScores.Of(Plan.Selection.Score, scored) : null;
    }

    private DistillationStep Distil(AccelerationCandidate candidate) => new()
    {
        Data = _outline.DataFingerprint,
        Network = Plan.Network,
        Precision = _outline.Precision,
        Teacher = _teacher,
        Place = candidate.Place,
        Operation = candidate.Operation,
        Recipe = Plan.Distillation,
        Seed = Plan.Seed,
        OrderSeed = Plan.Teacher.Seed,
        HeldOut = Plan.HeldOut,
    };

    private ScoredSteps Refined(DistillationStep first)
    {
        var on = first with { Recipe = Plan.Refinement!.Continue(first.Recipe), Continues = first.Key };
        return new(on, Score(on.Place, on.Operation, on));
    }

    private NetworkStep Score(Place place, string operation, DistillationStep? distillation) => Plan.Selection.ScoreMeasure is { } measure
        ? new MeasureStep
        {
            Data = _outline.DataFingerprint,
            Network = Plan.Network,
            Precision = Precision.Float32,
            Teacher = _teacher,
            Candidate = new(place, operation, distillation?.Key),
            Measure = measure.Name,
            MeasureRevision = measure.CodeIdentity,
            Recipe = new() { Images = Plan.Selection.ScoreImages },
            HeldOut = Plan.HeldOut,
        }
        : new ScoreStep
        {
            Data = _outline.DataFingerprint,
            Network = Plan.Network,
            Precision = _outline.Precision,
            Teacher = _teacher,
            Candidate = new(place, operation, distillation?.Key),
            Images = Plan.Selection.ScoreImages,
            HeldOut = Plan.HeldOut,
        };

    /// <summary>How a candidate is distilled, and the score of what it then is.</summary>
    /// <param name="Distillation">Null for operations without parameters.</param>
    /// <param name="Score">The score.</param>
    private sealed record ScoredSteps(DistillationStep? Distillation, NetworkStep Score);
}
