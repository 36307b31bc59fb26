using Graft.Engine;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// The steps of an acceleration that are not known before others have ended, about, phase by phase. What selection will choose is taken to compute as much as
/// the budget lets it.
/// </summary>
internal sealed class ForeseenSteps
{
    private readonly AccelerationOutline _outline;
    private readonly AccelerationFlow _flow;
    private readonly StepKinds _kinds;
    private readonly StepServices _services;
    private readonly NetworkCosts _costs;
    private readonly double _image; // the work of a network within the budget, for one image

    /// <param name="outline">What is accelerated.</param>
    /// <param name="flow">The steps that are known.</param>
    /// <param name="kinds">Say how many threads the steps take.</param>
    /// <param name="services">What steps on the data set use.</param>
    public ForeseenSteps(AccelerationOutline outline, AccelerationFlow flow, StepKinds kinds, StepServices services)
    {
        (_outline, _flow, _kinds, _services) = (outline, flow, kinds, services);
        _costs = services.Get<NetworkCosts>();
        double part = LatencyBudget.Parse(Plan.Selection.Budget) is { IsMs: false } budget ? Math.Min(1, budget.Value) : 1;
        _image = part * _costs.OfNetwork(Plan.Network).Work;
    }

    private AccelerationPlan Plan => _outline.Plan;

    // What is fine-tuned beside the accelerated network: the best of single positions, budgets, the best of teacher and identity, greedy removal, random ones.
    private int Compared =>
        (Plan.SelectedOfSinglePositions > 0 ? 1 : 0)
        + Plan.FineTuning.Budgets.Count
        + (Plan.FineTuning.Baselines ? 1 : 0)
        + (Plan.FineTuning.Opponents ? 1 : 0)
        + Plan.FineTuning.RandomArchitectures;

    private int? EpochsFromScratch => _outline.SmallerNetworks.Count > 0 ? Plan.FineTuning.EpochsFromScratch(Plan.Teacher) : null;

    /// <summary>All of them, in the order in which they run.</summary>
    public IEnumerable<EstimatedStep> All() =>
    [
        .. _flow.Selection.AwaitsRefinement ? Refinement() : [],
        .. _flow.Selection.Final is null ? Selection() : [],
        .. _flow.Judging is null ? Judging() : [],
        .. _flow.FineTuning is null ? [.. FineTuning(), .. FromScratch()] : Nothing,
        .. _flow.Export is null ? Export() : [],
    ];

    private static IEnumerable<EstimatedStep> Nothing => [];

    // A third of the candidates is about what selected architectures are made of.
    private IEnumerable<EstimatedStep> Refinement() =>
    [
        .. _flow.Selection.Preliminary is null ? Selection() : [],
        .. _flow.Selection.Candidates.Refinable().GroupBy(s => s.Kind).SelectMany(kind =>
            Steps((kind.Count() + 2) / 3, kind.Key, kind.Average(s => _kinds.Of(s).WorkOf(s, _services)))),
    ];

    private IEnumerable<EstimatedStep> Selection() =>
        Steps(1, SelectionKind.KindName, SelectionKind.Work(Plan.Selection.Solutions, Plan.SelectedOfSinglePositions));

    private IEnumerable<EstimatedStep> Judging()
    {
        int selected = Plan.Selection.Solutions + Plan.SelectedOfSinglePositions;
        int judged = selected + Plan.Selection.RandomArchitectures + SelectionKind.FrontBudgets.Count + Compared;
        int smaller = EpochsFromScratch is null ? 0 : Math.Min(JudgingPhase.MostSmallerNetworks, _outline.SmallerNetworks.Count);
        return
        [
            .. Steps(judged, ArchitectureKind.KindName, ArchitectureKind.Work(Plan.Selection.Images, Plan.HeldOut, _image, _costs)),
            .. Steps(1, LatencyKind.KindName, LatencyKind.Work(judged + smaller, Plan.Latency)),
        ];
    }

    private IEnumerable<EstimatedStep> FineTuning() =>
    [
        .. Steps(1 + Compared, FineTuningKind.KindName, WorkOfFineTuning(onLabelsAlone: false)),
        .. Steps(Plan.FineTuning.IsAblated ? 1 : 0, FineTuningKind.KindName, WorkOfFineTuning(onLabelsAlone: true)),
    ];

    private double WorkOfFineTuning(bool onLabelsAlone) =>
        FineTuningKind.Work(FineTuningPhase.StepOf(_outline, _flow.Selection.Teacher.Key, [], onLabelsAlone), _image, _costs);

    private IEnumerable<EstimatedStep> FromScratch() => EpochsFromScratch is { } epochs
        ? Steps(Plan.FineTuning.IsSmallerTaught ? 2 : 1, TeacherKind.KindName, TeacherKind.Work(epochs, Plan.HeldOut, _image, _costs))
        : [];

    private IEnumerable<EstimatedStep> Export() => Steps(1, ExportKind.KindName, ExportKind.Work(_image, _costs));

    private IEnumerable<EstimatedStep> Steps(int count, string kind, double work) =>
        Enumerable.Repeat(new EstimatedStep(kind, _kinds.Find(kind).Threads, work), count);
}
