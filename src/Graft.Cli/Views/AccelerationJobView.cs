using System.CommandLine;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Tables;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>An acceleration of a workspace.</summary>
internal sealed class AccelerationJobView(IWorkspace workspace, StoredJob job) : JobView(job)
{
    private readonly Lazy<AccelerationResult> _result = new(() => StoredAcceleration.Result(job, workspace));

    /// <summary>The results as far as they have come.</summary>
    public AccelerationResult Result => _result.Value;

    /// <summary>The plan as it was resolved; null for accelerations of versions that did not keep it.</summary>
    public AccelerationPlan? Plan => StoredAcceleration.SubjectOf(Job).Plan;

    /// <inheritdoc/>
    public override string Title => "Acceleration";

    /// <inheritdoc/>
    public override (string Network, string? NetworkFile, string Data, string Asked) Subject
    {
        get
        {
            var (network, file, data, plan) = StoredAcceleration.SubjectOf(Job);
            return (network, file, data, plan is null ? "" : Asked(plan));
        }
    }

    /// <inheritdoc/>
    public override object Document => Result;

    /// <inheritdoc/>
    public override IReadOnlyList<ResultTable> Tables() =>
    [
        .. AccelerationResultTables.Of(Result),
        .. StoredAcceleration.Latencies(Job, workspace) is { } latencies
            ? [AccelerationResultTables.Of(latencies)]
            : Array.Empty<ResultTable>(),
    ];

    /// <inheritdoc/>
    public override void Write(Terminal terminal)
    {
        terminal.WriteLine($"{Title} {Result.Acceleration} ({Result.State.ToName()}): {Result.NetworkTitle} on {Result.Data}");
        if (Result.State == JobState.Incomplete)
        {
            var counts = StepCounts.Of(workspace, Job);
            string done = Invariant($"{counts.Done:N0} of {Plural.Of(counts.Steps, "step")} done, of those that are known so far.");
            terminal.WriteLine($"{done} The command that began the acceleration goes on.");
        }

        AccelerationTables.Write(terminal, Result);
    }

    /// <inheritdoc/>
    public override Task<string> RenderReportAsync() => AccelerationReport.RenderAsync(Result);

    /// <inheritdoc/>
    public override void RefuseMargin(ParseResult parsed, Option margin) =>
        CommonOptions.RefuseIdle(parsed, [margin], $"for {Job.Id}, an acceleration, which has no verdicts");

    private static string Asked(AccelerationPlan plan) => Invariant(
        $"budget {plan.Selection.Budget}; {Plural.Of(plan.Operations.Count, "operation")}, {(plan.Spans == 1 ? "no spans" : Invariant($"spans to {plan.Spans}"))}; fine-tuning {Plural.Of(plan.FineTuning.Epochs, "epoch")}"
    );
}
