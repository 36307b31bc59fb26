using System.Collections.Immutable;
using Graft.Engine;
using Graft.Operations;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// The phase of an acceleration that ends with a selection: latencies of operations, teacher, candidates and their scores; where the plan wants it, a
/// preliminary selection, and what stands in it distilled on.
/// </summary>
internal sealed class SelectionPhase
{
    private readonly AccelerationOutline _outline;
    private readonly List<Step> _steps;
    private bool _isFeasible;
    private IReadOnlyList<string> _beforeSelection; // keys: they are hashes, and asked for whenever a step has ended

    /// <param name="outline">What is accelerated.</param>
    public SelectionPhase(AccelerationOutline outline)
    {
        _outline = outline;
        AwaitsRefinement = Plan.Refinement is not null;
        Teacher = Plan.Teacher.ToStep(Plan.Network, Plan.HeldOut, outline.DataFingerprint, outline.Precision, outline.ImportedSha256);
        Candidates = new(outline, Teacher.Key);
        Latency = LatencyStepOf(outline) with
        {
            Table = outline.Table,
            ScalesToTable = outline.ScalesToTable,
            // The identity is not there at all in a network.
            Operations = [.. outline.Candidates.Where(c => c.Operation != IdentityOperation.FamilyName).Select(c => new OperationAt(c.Place, c.Operation))],
            Architectures = outline.MeasuresSmallest ? [.. SmallestOf(outline.Candidates)] : [],
        };
        _steps = [Latency, Teacher, .. Candidates.First]; // a minute's measurement tells a budget that nothing meets, before hours of distillation
        _beforeSelection = [.. _steps.Select(s => s.Key)];
    }

    /// <summary>The step that makes the teacher. Its key is that of a study with the same teacher.</summary>
    public NetworkStep Teacher { get; }

    /// <summary>The latencies of operations.</summary>
    public LatencyStep Latency { get; }

    /// <summary>The steps of the candidates, and their scores.</summary>
    public CandidateSteps Candidates { get; }

    /// <summary>The steps that are known, in the order in which they should run.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>The selection that says which candidates are distilled on; null until all have been scored, and where the plan wants none.</summary>
    public SelectionStep? Preliminary { get; private set; }

    /// <summary>Whether candidates are to be distilled on, and it is not known yet which.</summary>
    public bool AwaitsRefinement { get; private set; }

    /// <summary>The selection that counts; null until all scores have ended.</summary>
    public SelectionStep? Final { get; private set; }

    private AccelerationPlan Plan => _outline.Plan;

    /// <summary>Takes in what has ended, and gives the phase that follows; null while there is no selection.</summary>
    /// <exception cref="ConfigurationException">No architecture is within the limits.</exception>
    /// <exception cref="RunException">The teacher failed, or latencies could not be measured.</exception>
    public JudgingPhase? Next(IStepResults results)
    {
        RequireSound(results);
        if (AwaitsRefinement && HasScores(results))
        {
            Refine(results);
        }

        if (!AwaitsRefinement && Final is null && HasScores(results))
        {
            Candidates.Settle(results);
            Final = Selecting(results);
            _steps.Add(Final);
        }

        return Final is not null && results.Find<SelectionStepResult>(Final.Key) is { } selected ? new(_outline, this, selected) : null;
    }

    /// <summary>Makes sure that some architecture is within the budget, once latencies have been measured.</summary>
    /// <exception cref="ConfigurationException">None is.</exception>
    internal void RequireFeasible(IStepResults results)
    {
        if (!_isFeasible && results.Find<LatencyStepResult>(Latency.Key) is { } measured)
        {
            new OperationLatencies(Latency, measured)
                .RequireFeasible(_outline.Candidates.Select(c => new OperationAt(c.Place, c.Operation)), LatencyBudget.Parse(Plan.Selection.Budget));
            _isFeasible = true;
        }
    }

    /// <summary>The step that measures latencies where the plan says, without what it measures.</summary>
    internal static LatencyStep LatencyStepOf(AccelerationOutline outline) => new()
    {
        Data = outline.DataFingerprint,
        Network = outline.Plan.Network,
        Precision = Precision.Float32,
        Target = outline.Target,
        Protocol = outline.Plan.Latency,
    };

    /// <summary>The architecture of the fewest multiply-accumulates.</summary>
    /// <param name="candidates">What places may hold, the teacher's own operations among it.</param>
    /// <returns>What differs from the teacher, places ascending; nothing where that is nothing.</returns>
    internal static IEnumerable<IReadOnlyList<OperationAt>> SmallestOf(IReadOnlyList<AccelerationCandidate> candidates)
    {
        var upTo = new Dictionary<int, (long MultiplyAccumulates, ImmutableList<OperationAt> Operations)> { [0] = (0, []) };
        foreach (var ending in candidates.GroupBy(c => c.Place.Last).OrderBy(c => c.Key))
        {
            var last = ending.MinBy(c => upTo[c.Place.First - 1].MultiplyAccumulates + c.MultiplyAccumulates)!;
            var (before, operations) = upTo[last.Place.First - 1];
            upTo[ending.Key] = (before + last.MultiplyAccumulates, operations.Add(new(last.Place, last.Operation)));
        }

        IReadOnlyList<OperationAt> changes = [.. upTo[upTo.Keys.Max()].Operations.Where(o => !o.IsOwn)];
        return changes.Count > 0 ? [changes] : [];
    }

    // Without teacher, latencies or selection nothing can follow.
    private void RequireSound(IStepResults results)
    {
        if (results.Ended(Teacher.Key) is { State: StepState.Failed, Error: var error })
        {
            throw new RunException($"the teacher failed, and nothing can be done without it: {error}");
        }

        if (results.Ended(Latency.Key) is { State: StepState.Failed, Error: var unmeasured })
        {
            throw new RunException($"the latencies of operations could not be measured, and nothing can be selected without them: {unmeasured}");
        }

        RequireFeasible(results);
        if ((Final ?? Preliminary) is { } selection && results.Ended(selection.Key) is { State: StepState.Failed, Error: { } reason })
        {
            throw new ConfigurationException(reason);
        }
    }

    private bool HasScores(IStepResults results) => _beforeSelection.All(key => results.Ended(key) is not null);

    // What stands in an architecture that would be selected now is distilled on: for the budget, for the others, and of single positions alone.
    private void Refine(IStepResults results)
    {
        if (Preliminary is null)
        {
            Preliminary = Selecting(results) with { IsPreliminary = true, TeacherOrIdentity = false, GreedyRemoval = false };
            _steps.Add(Preliminary);
        }

        if (results.Find<SelectionStepResult>(Preliminary.Key) is { } selected)
        {
            var chosen = selected.Solutions.Concat(selected.SinglePositions).Concat(selected.Budgets.OfType<ArchitectureChoice>());
            var steps = Candidates.Refine(chosen.SelectMany(choice => choice.Operations));
            _steps.AddRange(steps);
            _beforeSelection = [.. steps.Select(s => s.Key)];
            AwaitsRefinement = false;
        }
    }

    // A measure that says nothing of the unchanged network says nothing of any candidate.
    private void RequireScores(IStepResults results)
    {
        var changed = _outline.Candidates.Where(c => !c.IsOwn).ToList();
        if (changed.Count > 0 && changed.TrueForAll(c => Candidates.HasNoValue(c, results)))
        {
            throw new ConfigurationException(
                $"the score '{Plan.Selection.Score}' has no value for any candidate in {Plan.Network}, so nothing can be selected by it; choose another score, like {SelectionPlan.KullbackLeibler}."
            );
        }
    }

    private SelectionStep Selecting(IStepResults results)
    {
        RequireScores(results);
        return new()
        {
            Data = _outline.DataFingerprint,
            Network = Plan.Network,
            Precision = _outline.Precision,
            Plan = Plan.Selection,
            Latency = Latency.Key,
            Candidates =
            [
                .. _outline.Candidates.Where(c => Candidates.ScoreOf(c, results) is not null)
                    .Select(c => new ScoredCandidate(c.Place, c.Operation, Candidates.ScoreStepOf(c)?.Key)),
            ],
            Budgets = Plan.FineTuning.Budgets,
            TeacherOrIdentity = Plan.FineTuning.Baselines,
            SinglePositions = Plan.SelectedOfSinglePositions,
            GreedyRemoval = Plan.FineTuning.Opponents,
            Seed = Plan.Seed,
        };
    }
}
