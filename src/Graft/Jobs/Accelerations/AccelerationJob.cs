using Graft.Data;
using Graft.Engine;
using Graft.Latency;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>A table of latencies to take what it has from, instead of measuring it.</summary>
/// <param name="Path">The file, as <see cref="LatencyTable.Save"/> writes it.</param>
/// <param name="AllowForeign">Whether a table of another target is taken all the same; what it lacks is measured here.</param>
public sealed record LatencySource(string Path, bool AllowForeign = false);

/// <summary>An acceleration: a network that meets a latency budget (<b>LANA</b>). All of it is steps of the record.</summary>
public sealed class AccelerationJob : GraftJob<AccelerationResult>
{
    /// <summary>The kind of its entries in the record.</summary>
    public const string Kind = "acceleration";

    private AccelerationFlow _flow; // replaced by Restart
    private readonly ImportedFile? _weights, _table;

    private AccelerationJob(GraftSession session, ImageData data, AccelerationOutline outline, ImportedFile? weights, ImportedFile? table)
        : base(session, data)
    {
        Outline = outline;
        _weights = weights;
        _table = table;
        _flow = new(outline);
    }

    /// <summary>The acceleration's identifier.</summary>
    public override string Id => Outline.Id;

    /// <summary>The plan, worked out for the data set.</summary>
    internal AccelerationOutline Outline { get; }

    /// <inheritdoc/>
    public override AccelerationResult Result => AccelerationResultBuilder.Build(Outline, Session.Workspace);

    /// <summary>
    /// The latencies that were measured here, or taken from a table of this target, to be used on another run; null while there are none.
    /// <see cref="LatencyTable.AddTo"/> puts them into a file.
    /// </summary>
    public LatencyTable? Latencies => StoredAcceleration.Latencies(
        Outline, [.. new[] { _flow.Selection.Latency, _flow.Judging?.Latency }.OfType<LatencyStep>().Select(s => s.Key)], Session.Workspace);

    /// <inheritdoc/>
    protected override ImageOptions? Images => Outline.Plan.Images;

    /// <inheritdoc/>
    public override IReadOnlyList<Step> Steps(IStepResults results)
    {
        results.Find<TeacherStepResult>(_flow.Selection.Teacher.Key)?.RequireOwnOrder();
        int known = _flow.Known.Count;
        _flow.Update(results);
        if (_flow.Known.Count > known)
        {
            Save(Session.Workspace);
        }

        return _flow.Known;
    }

    /// <inheritdoc/>
    public override void Restart() => _flow = new(Outline);

    /// <inheritdoc/>
    private protected override void Prepare(IWorkspace workspace)
    {
        _weights?.CopyTo(workspace, ImportStep.PathFor(_weights.Sha256));
        _table?.CopyTo(workspace, LatencyStep.PathFor(_table.Sha256));
        Session.Imports.Keep(Outline.Plan.Network, workspace);
        Save(workspace);
    }

    /// <summary>
    /// Forgets the latencies that the workspace has for this acceleration, measured by it or by another one, and what was selected by them, here and in all
    /// other accelerations that go by the same latencies: the next run of each measures again and selects anew. Scores and trained networks stay.
    /// </summary>
    /// <returns>The identifiers of these others, which are incomplete now.</returns>
    public IReadOnlyList<string> MeasureAgain()
    {
        var record = Session.Workspace.Steps;
        var flow = new AccelerationFlow(Outline);
        flow.UpdateFrom(known => new RecordedResults(EndedOf(known)));
        var forgotten = BasedOnLatencies(EndedOf(flow.Known).Values.Concat(Session.RecordedSteps(Id))).ToHashSet();
        List<StoredJob> others = [], unasked = [.. Session.Workspace.Jobs.List().Where(job => job.Id != Id)];
        while (unasked.Find(job => job.Steps.Any(forgotten.Contains)) is { } other) // what it selected by itself may be of use to a third
        {
            unasked.Remove(other);
            others.Add(other);
            forgotten.UnionWith(BasedOnLatencies(Session.RecordedSteps(other.Id)));
        }

        foreach (string key in forgotten)
        {
            record.Invalidate(key);
        }

        return [.. others.Select(job => job.Id)];

        static IEnumerable<string> BasedOnLatencies(IEnumerable<StoredStep> steps) => steps
            .Where(s => s is { State: StepState.Done, Kind: LatencyKind.KindName or SelectionKind.KindName })
            .Select(s => s.Key);

        Dictionary<string, StoredStep> EndedOf(IReadOnlyList<Step> steps) =>
            record.FindAll([.. steps.Select(s => s.Key)]).Where(s => s.Value.State.HasEnded()).ToDictionary();
    }

    /// <summary>Whether all has run that could be foreseen, the export at the end included. Nothing is written.</summary>
    internal bool HasEnded()
    {
        var steps = Session.RecordedSteps(Id);
        return steps.Any(step => step.Kind == ExportKind.KindName)
            && steps.Any(step => step.Key == _flow.Selection.Latency.Key) // earlier versions measured otherwise
            && steps.All(step => step.State == StepState.Done);
    }

    // What was measured tells of a budget that nothing meets, before anything is estimated as well.
    private protected override (IReadOnlyList<Step> Steps, int FurtherTrials) Known()
    {
        _flow.Selection.RequireFeasible(new RecordedResults(Session.DoneSteps([_flow.Selection.Latency])));
        return base.Known();
    }

    /// <inheritdoc/>
    private protected override IEnumerable<EstimatedStep> Foreseen() =>
        HasEnded() ? [] : new ForeseenSteps(Outline, _flow, Session.Kinds, Session.Services(Data)).All();

    /// <inheritdoc/>
    private protected override string? NameOf(Step step) => _flow.NameOf(step);

    // Said as soon as it is known: hours of fine-tuning follow.
    private protected override string? RemarkOn(Step step, StoredStep stored) =>
        step is LatencyStep && _flow.Judging is { } judging && judging.Latency.Key == step.Key
            ? AccelerationRemarks.OnLatencyError(judging.LatencyError(StepResults.FromJson<LatencyStepResult>(stored.Result!)), Outline.ForeignTarget)
            : null;

    /// <inheritdoc/>
    private protected override WorkRate MeasureRate(CancellationToken cancellation)
    {
        var definition = NetworkCatalog.Define(Outline.Plan.Network, Data.Train.Shape, Data.ClassNames.Count);
        return TrainingRate.Measure(
            definition, Outline.Precision, Outline.Plan.FineTuning.Recipe, Data, Session.Device, Session.Cores, Session.Time, cancellation);
    }

    internal static AccelerationJob Create(GraftSession session, AccelerationPlan plan, ImageData data, LatencySource? table)
    {
        var precision = PrecisionNames.Parse(plan.Precision, session.Device);
        var weights = TeacherWeights.Check(plan.Teacher.Weights, plan.Network, data.Outline);
        var target = new LatencyTarget(
            session.LatencyMachine, Invariant($"ONNX Runtime {OnnxModel.RuntimeVersion}"), plan.Latency.BatchSize, plan.Latency.Threads);
        ImportedFile? latencies = null;
        LatencyTarget? measuredOn = null;
        if (table is not null && LatencyTable.TryLoad(table.Path) is { } given)
        {
            if (!table.AllowForeign)
            {
                given.CheckTarget(target, table.Path);
            }

            (latencies, measuredOn) = (ImportedFile.Of(table.Path, "the table of latencies"), given.Target);
        }

        var outline = AccelerationOutline.Create(
            plan, data, precision, weights?.Sha256, target, latencies is null ? null : (latencies.Sha256, measuredOn!), session.Cores) with
        {
            NetworkFile = session.Imports.FileOf(plan.Network),
        };
        RequireHeldOut(plan.HeldOut, data);
        return new(session, data, outline, weights, latencies);
    }

    // Candidates are scored on images that none was distilled on; of small classes a small part is none.
    private static void RequireHeldOut(HeldOutPart part, ImageData data)
    {
        if (part.Split(data).HeldOut.Length == 0)
        {
            double enough = Math.Min(0.5, Math.Ceiling(100.0 * data.ClassNames.Count / data.Train.Count) / 100);
            throw new ConfigurationException(
                Invariant(
                    $"heldOut.fraction {part.Fraction} holds out none of the {data.Train.Count} training images, and candidates are scored on such. Make it {enough} or more."
                )
            )
            {
                Remedies = [new(Setting.HeldOutFraction, Invariant($"{enough}"))],
            };
        }
    }

    private void Save(IWorkspace workspace) => workspace.Jobs.Save(
        Id, Kind, AccelerationPlanFile.ToYaml(Outline.Plan), Outline.ToJson(), [.. _flow.Known.Select(s => s.Key)], isPart: _flow.Export is null);
}
