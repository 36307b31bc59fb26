using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>Which steps measured which candidate.</summary>
internal sealed class StudyMeasurements
{
    private readonly Dictionary<CandidateAt, string> _bundles;
    private readonly ILookup<CandidateAt, string> _measures;

    private StudyMeasurements(StudyGraph graph)
    {
        _bundles = graph.Predictors.ToDictionary(p => new CandidateAt(p.Place, p.Operation, p.Distillation), p => p.Key);
        _measures = graph.Measures.ToLookup(m => m.Candidate, m => m.Key);
    }

    /// <summary>Those of a study that has been worked out.</summary>
    public static StudyMeasurements Of(StudyGraph graph) => new(graph);

    /// <summary>What the record keeps of a trial.</summary>
    public TrialOutline Outline(StudyCell cell, TrialStep trial)
    {
        var candidate = new CandidateAt(cell.Position, cell.Candidate.Unmodified.Text, trial.Distillation);
        return new(
            trial.Key,
            trial.Distillation,
            trial.Seed,
            _bundles.GetValueOrDefault(candidate),
            _measures[candidate] is var found && found.Any() ? [.. found] : null
        );
    }
}
