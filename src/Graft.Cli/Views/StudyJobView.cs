using System.CommandLine;
using Graft.Analysis.Findings;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Jobs.Tables;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>A study of a workspace.</summary>
internal sealed class StudyJobView(IWorkspace workspace, StoredJob job, AnalysisOptions? options) : JobView(job)
{
    private const int MostPositions = 6; // beyond, their number

    private readonly Lazy<StudyResult> _result = new(
        () => StudyResultBuilder.Build(StudyOutline.FromJson(job.Document), workspace.Steps, options, begun: job.Created));

    /// <inheritdoc/>
    public override string Title => "Study";

    /// <inheritdoc/>
    public override (string Network, string? NetworkFile, string Data, string Asked) Subject
    {
        get
        {
            var study = StudyOutline.FromJson(Job.Document);
            return (study.Plan.Network, study.NetworkFile, study.Plan.Data, Asked(study));
        }
    }

    /// <inheritdoc/>
    public override object Document => _result.Value;

    /// <inheritdoc/>
    public override IReadOnlyList<ResultTable> Tables() => StudyResultTables.Of(_result.Value);

    /// <inheritdoc/>
    public override void Write(Terminal terminal)
    {
        var result = _result.Value;
        terminal.WriteLine($"{Title} {result.Study} ({result.State.ToName()}): {result.NetworkTitle} on {result.Data}");
        StudyTables.Write(terminal, result);
        PredictionTables.Write(terminal, result);
    }

    /// <inheritdoc/>
    public override Task<string> RenderReportAsync() => StudyReport.RenderAsync(_result.Value);

    /// <inheritdoc/>
    public override void RefuseMargin(ParseResult parsed, Option margin)
    {
        if (StudyOutline.FromJson(Job.Document).Plan.UntilDecided is { } until && CommonOptions.IsGiven(parsed, margin))
        {
            throw new ConfigurationException(
                Invariant(
                    $"{margin.Name} is not for {Job.Id}: its seeds were added until verdicts at ±{100 * until.Margin:0.###} points were there, and such verdicts hold for the margin that was chosen before. Leave it out; the study with another margin is one of its own, of the same trials."
                )
            );
        }
    }

    private static string Asked(StudyOutline study)
    {
        var plan = study.Plan;
        string positions = plan.Positions.Count == study.Positions ? "all positions"
            : plan.Positions.Count > MostPositions ? Plural.Of(plan.Positions.Count, "position")
            : Invariant($"{(plan.Positions.Count == 1 ? "position" : "positions")} {string.Join(",", plan.Positions)}");
        string epochs = Invariant($"{string.Join(",", plan.Epochs.Select(e => Invariant($"{e}")))} {(plan.Epochs is [1] ? "epoch" : "epochs")}");
        return $"{positions}; {Plural.Of(plan.Operations.Count, "operation")}; {epochs}, {(plan.UntilDecided is { } limit ? Invariant($"{plan.Seeds} to {limit.MaxSeeds} seeds until decided, margin {100 * limit.Margin:0.###}") : Plural.Of(plan.Seeds, "seed"))}";
    }
}
