using Graft.Engine;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>The phase of an acceleration that fine-tunes what was judged best, and trains what it is compared with.</summary>
internal sealed class FineTuningPhase
{
    private readonly AccelerationOutline _outline;
    private readonly SelectionPhase _selection;
    private readonly NetworkLatencies _latencies;

    /// <param name="outline">What is accelerated.</param>
    /// <param name="selection">The phase that made the candidates.</param>
    /// <param name="latencies">How long whole networks take.</param>
    /// <param name="best">The architecture that was judged best.</param>
    /// <param name="others">What is fine-tuned beside it, by name.</param>
    public FineTuningPhase(
        AccelerationOutline outline,
        SelectionPhase selection,
        NetworkLatencies latencies,
        ComposedArchitecture best,
        IReadOnlyList<(string Name, ComposedArchitecture Architecture)> others)
    {
        (_outline, _selection, _latencies) = (outline, selection, latencies);
        FineTunings = [.. Tunings()];
        Smaller = SmallerNetworks(latencies.MsOf(best));
        Steps = [.. FineTunings.Select(f => f.Step), .. Smaller.Select(s => s.Step)];

        IEnumerable<(string, ComposedArchitecture, FineTuningStep)> Tunings()
        {
            yield return (AccelerationResult.Accelerated, best, Tuning(best));
            if (Plan.FineTuning.IsAblated)
            {
                yield return (OpponentNames.WithoutDistillation, best, Tuning(best, onLabelsAlone: true));
            }

            foreach (var (name, architecture) in others)
            {
                yield return (name, architecture, Tuning(architecture));
            }
        }

        FineTuningStep Tuning(ComposedArchitecture architecture, bool onLabelsAlone = false) =>
            StepOf(outline, selection.Teacher.Key, selection.Candidates.Placed(architecture.Choice), onLabelsAlone);
    }

    /// <summary>What is fine-tuned, by name; the accelerated network first.</summary>
    public IReadOnlyList<(string Name, ComposedArchitecture Architecture, FineTuningStep Step)> FineTunings { get; }

    /// <summary>
    /// The smaller network that is trained from scratch, by name: on labels alone, and with the teacher's knowledge; none where there is none.
    /// </summary>
    public IReadOnlyList<(string Name, TeacherStep Step)> Smaller { get; }

    /// <summary>Its steps, in the order in which they should run.</summary>
    public IReadOnlyList<Step> Steps { get; }

    private AccelerationPlan Plan => _outline.Plan;

    /// <summary>
    /// The phase that follows: it exports the plan's network, or the best within the budget as measured, whatever made it; Graft's own choice where none is
    /// within it. Null while that is not known.
    /// </summary>
    public ExportPhase? Next(IStepResults results)
    {
        bool isOwn = Plan.Export == AccelerationResult.Accelerated;
        if (!results.HaveEnded(isOwn ? [FineTunings[0].Step] : Steps))
        {
            return null;
        }

        var trained = Trained(results);
        double budgetMs = LatencyBudget.Parse(Plan.Selection.Budget).ToMs(_latencies.TeacherMs);
        string? best = isOwn ? null : AccelerationAdvice.BestWithin(trained.Select(t => (t.Name, t.Accuracy, t.LatencyMs)), budgetMs);
        return trained.Find(t => t.Name == (best ?? AccelerationResult.Accelerated)) is { } chosen ? new(_outline, chosen) : null;
    }

    /// <summary>The step that fine-tunes a network.</summary>
    /// <param name="outline">What is accelerated.</param>
    /// <param name="teacher">The key of the step that makes the teacher.</param>
    /// <param name="operations">What differs from the teacher, with weights.</param>
    /// <param name="onLabelsAlone">Whether the teacher is left out, of all but repair.</param>
    internal static FineTuningStep StepOf(AccelerationOutline outline, string teacher, IReadOnlyList<CandidateAt> operations, bool onLabelsAlone)
    {
        var plan = outline.Plan.FineTuning;
        return new()
        {
            Data = outline.DataFingerprint,
            Network = outline.Plan.Network,
            Precision = outline.Precision,
            Teacher = teacher,
            Operations = operations,
            Recipe = plan.Resolved,
            Distillation = onLabelsAlone ? plan.Distillation with { Weight = 0, FeatureWeight = null, WithoutLabels = false } : plan.Distillation,
            Epochs = plan.Epochs,
            Seed = plan.Seed,
            HeldOut = outline.Plan.HeldOut,
            StatisticsImages = outline.Plan.Selection.Images,
            Repair = plan.Repair,
            Search = plan.Search,
            NeverWorse = plan.NeverWorse,
        };
    }

    // Of the smaller networks of the family the largest that is no slower than the accelerated one, or else the fastest.
    private IReadOnlyList<(string Name, TeacherStep Step)> SmallerNetworks(double acceleratedMs)
    {
        var measured = _latencies.Smaller.Select(s => (Network: _outline.SmallerNetworks.First(n => n.Name == s.Network), s.Ms)).ToList();
        if (measured.Count == 0)
        {
            return [];
        }

        var (network, _) = measured.Where(m => m.Ms <= acceleratedMs).DefaultIfEmpty(measured.MinBy(m => m.Ms)).MaxBy(m => m.Network.MultiplyAccumulates);
        var scratch = new TeacherStep
        {
            Data = _outline.DataFingerprint,
            Network = network.Name,
            Precision = _outline.Precision,
            Recipe = Plan.Teacher.Recipe,
            Epochs = Plan.FineTuning.EpochsFromScratch(Plan.Teacher)!.Value,
            Seed = Plan.Teacher.Seed,
            HeldOut = Plan.HeldOut,
        };
        if (!Plan.FineTuning.IsSmallerTaught)
        {
            return [(scratch.Network, scratch)];
        }

        var taught = scratch with { Teacher = _selection.Teacher.Key, Distillation = Plan.FineTuning.Distillation with { FeatureWeight = null } };
        return [(scratch.Network, scratch), ($"{scratch.Network} {OpponentNames.WithDistillation}", taught)];
    }

    // What may be exported: all that did not fail, the accelerated network first.
    private List<TrainedNetwork> Trained(IStepResults results) =>
    [
        .. FineTunings
            .Select(f => (f.Name, Step: (NetworkStep)f.Step, results.Find<FineTuningStepResult>(f.Step.Key)?.Accuracy, Ms: _latencies.MsOf(f.Architecture)))
            .Concat(Smaller.Select(s =>
                (s.Name, Step: (NetworkStep)s.Step, results.Find<TeacherStepResult>(s.Step.Key)?.Accuracy, Ms: _latencies.MsOf(s.Step.Network))))
            .Where(t => t.Accuracy is not null)
            .Select(t => new TrainedNetwork(t.Name, t.Step, t.Accuracy!.Value, t.Ms)),
    ];
}

/// <summary>A network that was trained, and may be exported.</summary>
/// <param name="Name">Its name among <see cref="AccelerationResult.Networks"/>.</param>
/// <param name="Step">The step that trained it.</param>
/// <param name="Accuracy">Its test accuracy, in [0, 1].</param>
/// <param name="LatencyMs">Its latency in milliseconds.</param>
internal sealed record TrainedNetwork(string Name, NetworkStep Step, double Accuracy, double LatencyMs);
