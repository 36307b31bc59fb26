using Graft.Analysis.Findings;
using Graft.Data;
using Graft.Engine;
using Graft.Operations;
using Graft.Steps;
using Graft.Training;

namespace Graft.Jobs.Studies;

/// <summary>A study: operations swapped into positions of a trained network (<b>Seo &amp; Lee</b>).</summary>
public sealed class StudyJob : GraftJob<StudyResult>
{
    /// <summary>The kind of its entries in the record.</summary>
    public const string Kind = "study";

    private readonly ImportedFile? _weights;
    private StudySeeds _seeds; // replaced by Restart
    private readonly FindingsCache _findings = new();
    private readonly double _chance;

    private StudyJob(GraftSession session, ImageData data, StudyGraph graph, ImportedFile? weights)
        : base(session, data)
    {
        Graph = graph;
        _weights = weights;
        _seeds = new(graph);
        _chance = ChanceAccuracy.Of(data.Test.Labels);
        Analysis = StudyResultBuilder.OptionsOf(graph.Plan);
    }

    /// <summary>The study's identifier.</summary>
    public override string Id => Graph.Id;

    /// <summary>The plan, worked out for the data set.</summary>
    internal StudyGraph Graph { get; }

    /// <summary>
    /// How results are judged; at first with the margin of <see cref="StudyPlan.UntilDecided"/>, where seeds are added until verdicts are there.
    /// </summary>
    public AnalysisOptions Analysis { get; set; }

    /// <summary>What was found, as far as the study has come.</summary>
    public override StudyResult Result => StudyResultBuilder.Build(Outline, Session.Workspace, Analysis, _findings);

    private StudyOutline Outline => StudyOutline.Of(_seeds.Wanted, Session.Cores) with
    {
        NetworkFile = Session.Imports.FileOf(Graph.Plan.Network),
        TestImages = Data.Test.Count,
        Chance = _chance,
    };

    /// <inheritdoc/>
    protected override ImageOptions? Images => Graph.Plan.Images;

    /// <inheritdoc/>
    public override IReadOnlyList<Step> Steps(IStepResults results)
    {
        results.Find<TeacherStepResult>(Graph.Teacher.Key)?.RequireOwnOrder();
        bool hasGrown = false;
        while (_seeds.Update(results, wanted => StudyResultBuilder.Judge(StudyOutline.Of(wanted, Session.Cores), Session.Workspace.Steps)!))
        {
            hasGrown = true; // several looks at once where all results of the first ones are there
        }

        if (hasGrown)
        {
            Save(Session.Workspace);
        }

        return _seeds.Steps;
    }

    /// <inheritdoc/>
    public override void Restart() => _seeds = new(Graph);

    /// <inheritdoc/>
    private protected override void Prepare(IWorkspace workspace)
    {
        _weights?.CopyTo(workspace, ImportStep.PathFor(_weights.Sha256));
        Session.Imports.Keep(Graph.Plan.Network, workspace);
        workspace.Steps.Declare(_seeds.Steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        Save(workspace);
    }

    /// <inheritdoc/>
    private protected override string? Until => _seeds.MayGrow ? "the next look" : null;

    // Looks for which all results are there are made, as the run will make them.
    private protected override (IReadOnlyList<Step> Steps, int FurtherTrials) Known()
    {
        var seeds = new StudySeeds(Graph);
        while (seeds.MayGrow && seeds.Update(
            new RecordedResults(Session.DoneSteps(seeds.Wanted.Trials)),
            wanted => StudyResultBuilder.Judge(StudyOutline.Of(wanted, Session.Cores), Session.Workspace.Steps)!))
        {
        }

        return (seeds.Steps, seeds.MostFurtherTrials);
    }

    private void Save(IWorkspace workspace)
    {
        var outline = Outline;
        workspace.Jobs.Save(Id, Kind, PlanFile.ToYaml(Graph.Plan), outline.ToJson(), [.. outline.StepKeys], isPart: _seeds.MayGrow);
    }

    /// <inheritdoc/>
    private protected override WorkRate MeasureRate(CancellationToken cancellation) =>
        TrainingRate.Measure(Graph.Network, Graph.Teacher.Precision, Graph.Plan.Trial, Data, Session.Device, Session.Cores, Session.Time, cancellation);

    internal static StudyJob Create(GraftSession session, StudyPlan plan, ImageData data)
    {
        var precision = PrecisionNames.Parse(plan.Precision, session.Device);
        var weights = TeacherWeights.Check(plan.Teacher.Weights, plan.Network, data.Outline);
        var graph = StudyGraph.Create(plan, data, precision, weights?.Sha256);
        return new(session, data, graph, weights);
    }
}
