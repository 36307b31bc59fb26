using Graft.Data;
using Graft.Engine;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>Which trial's network is wanted.</summary>
public sealed record TrialNetworkPlan
{
    /// <summary>A study's identifier or the start of it; null for the newest.</summary>
    public string? Study { get; init; }

    /// <summary>Where the study's data are, where that is not where the study found them: a directory; null for the study's own.</summary>
    public string? Data { get; init; }

    /// <summary>The position, or the run of positions, as the study has it.</summary>
    public required Place Position { get; init; }

    /// <summary>The operation; <c>teacher</c> for the unchanged network trained on.</summary>
    public required string Operation { get; init; }

    /// <summary>The training length; null for the study's longest.</summary>
    public int? Epochs { get; init; }

    /// <summary>The trial's seed.</summary>
    /// <value>Default: 1.</value>
    public int Seed { get; init; } = 1;
}

/// <summary>The network of a trial.</summary>
/// <param name="Study">The study.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Accuracy">Its test accuracy.</param>
/// <param name="AccuracyInStudy">That of the trial; null where the study has not run it.</param>
/// <param name="Weights">The absolute path of its weights in the workspace.</param>
public sealed record TrialNetworkResult(string Study, string Network, double Accuracy, double? AccuracyInStudy, string Weights);

/// <summary>
/// The network that a trial of a study trained. Trials keep none, of which a study has hundreds: the trial is repeated from the teacher and the distilled
/// candidate that are there, and its weights are kept.
/// </summary>
public sealed class TrialNetworkJob : GraftJob<TrialNetworkResult>
{
    private readonly StudyOutline _study;
    private readonly TrialStep _trial;
    private readonly string _ofStudy;
    private readonly IReadOnlyList<Step> _steps;

    private TrialNetworkJob(GraftSession session, StudyOutline study, string key, ImageData data)
        : base(session, data)
    {
        study.RequireData(data);
        _study = study;
        _ofStudy = key;
        _trial = (TrialStep)Recorded(key) with { KeepsNetwork = true };
        _steps = [.. NeedsOf(_trial).DistinctBy(s => s.Key), _trial];
    }

    /// <inheritdoc/>
    public override string Id => _study.Id;

    /// <inheritdoc/>
    /// <exception cref="RunException">The training failed, or has not run.</exception>
    public override TrialNetworkResult Result
    {
        get
        {
            var (_, result) = Finished<TrialStepResult>(
                _trial, "the network has not been trained yet: RunAsync does it, or it was broken off; run it again.");
            double? before = Session.Workspace.Steps.Find(_ofStudy) is { State: StepState.Done, Result: { } first }
                ? StepResults.FromJson<TrialStepResult>(first).Accuracy
                : null;
            return new(_study.Id, _study.Plan.Network, result.Accuracy, before, Session.Workspace.Artifacts.PathOf(result.Weights!));
        }
    }

    /// <inheritdoc/>
    protected override ImageOptions? Images => _study.Plan.Images;

    /// <inheritdoc/>
    private protected override void Prepare(IWorkspace workspace) => RequireFiles(workspace, _trial);

    /// <inheritdoc/>
    public override IReadOnlyList<Step> Steps(IStepResults results) => _steps;

    internal static TrialNetworkJob Create(GraftSession session, TrialNetworkPlan plan, CancellationToken cancellation)
    {
        var study = StudyOutline.FindIn(session.Workspace, plan.Study);
        string key = TrialOf(study, plan);
        return new(session, study, key, session.LoadDataOf(study, plan.Data, cancellation));
    }

    /// <summary>The key of the trial that is wanted.</summary>
    /// <exception cref="ConfigurationException">The study has none such.</exception>
    internal static string TrialOf(StudyOutline study, TrialNetworkPlan plan)
    {
        string operation = OperationCatalog.Default.Parse(plan.Operation).Text;
        var (family, parameters, freezesRest) = OperationSpec.Split(plan.Operation);
        var there = study.Cells.Where(c => c.Position == plan.Position).OrderBy(c => c.Epochs).ToList();
        var cells = there.FindAll(c => c.Operation == operation);
        if (cells.Count == 0 && parameters.Count == 0 && there.FindAll(IsOfFamily) is [var first, ..] only
            && only.TrueForAll(c => c.Operation == first.Operation))
        {
            cells = only; // a family's name alone, of which the position has one operation
        }

        if (cells.Count == 0)
        {
            string names = string.Join(", ", (there.Count > 0 ? there : [.. study.Cells]).Select(c => Invariant($"'{c.Position} {c.Operation}'")).Distinct());
            throw new ConfigurationException($"study {study.Id} has no '{operation}' at {plan.Position}. It has {names}.");
        }

        var cell = plan.Epochs is { } epochs ? cells.Find(c => c.Epochs == epochs) : cells[^1];
        return cell?.Trials.FirstOrDefault(t => t.Seed == plan.Seed)?.Key
            ?? throw new ConfigurationException(
                Invariant($"study {study.Id} has no trial of '{operation}' at {plan.Position} with seed {plan.Seed}")
                    + (plan.Epochs is { } asked ? Invariant($" and a length of {asked}.") : ".")
            );

        bool IsOfFamily(CellOutline cell) => OperationSpec.Split(cell.Operation) is var own && (own.Name, own.FreezesRest) == (family, freezesRest);
    }

    // All that a step stands on: what is done is not run again, what was removed is made anew.
    private IEnumerable<Step> NeedsOf(Step step) => step.Needs.Select(Recorded).SelectMany(need => NeedsOf(need).Append(need));

    private Step Recorded(string key) => Session.Workspace.Steps.Find(key) is { } stored
        ? Session.Kinds.Parse(stored.Specification)
        : throw new DataException($"the record of study {_study.Id} lacks step {key}: give the command of the study again.");
}
