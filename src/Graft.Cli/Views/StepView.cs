using System.Text.Json;
using Graft.Analysis;
using Graft.Engine;
using Graft.Jobs;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>A step of a workspace and what is shown of it.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="step">The step.</param>
internal sealed class StepView(IWorkspace workspace, StoredStep step)
{
    private readonly StepKinds _kinds = Extensions.AllKinds();

    /// <summary>All that is known of it, to be written as JSON.</summary>
    public object Document => new
    {
        step.Key,
        step.Kind,
        state = step.State,
        outdated = _kinds.IsOutdated(step),
        specification = Parsed(step.Specification),
        result = Parsed(step.Result),
        step.Error,
        environment = Parsed(step.Environment),
        step.Holder,
        step.Started,
        step.Finished,
        step.Seconds,
        step.Attempts,
        history = History,
        losses = workspace.Steps.LossPoints([step.Key])[step.Key],
    };

    private IReadOnlyList<EpochResult> History => workspace.Steps.Histories([step.Key])[step.Key];

    /// <summary>Writes what it does, how it went and what it gave.</summary>
    public void Write(Terminal terminal)
    {
        terminal.WriteLine($"{step.Key}: {_kinds.TitleOf(step, workspace.Steps)}");
        WriteState(terminal);
        if (step.Result is { } result)
        {
            terminal.WriteLine($"  in short: {_kinds.Find(step.Kind).Summarize(result)}");
        }

        DocumentLines.Write(terminal, "specification", step.Specification);
        DocumentLines.Write(terminal, "result", step.Result);
        DocumentLines.Write(terminal, "environment", step.Environment);
        if (History is { Count: > 0 } history)
        {
            TrainingTable.Write(terminal, history);
        }
    }

    private void WriteState(Terminal terminal)
    {
        terminal.WriteLine(
            Invariant(
                $"  {State()}, {Plural.Of(step.Attempts, "attempt")}, {Format.Duration(step.Seconds)}{(step.Error is null ? "" : $": {step.Error}")}"
            )
        );
        string trace = StepExecutor.TraceOf(step.Key);
        if (step.State == StepState.Failed && workspace.Artifacts.Exists(trace))
        {
            terminal.WriteLine($"  where it failed: {workspace.Artifacts.PathOf(trace)}");
        }

        if (_kinds.IsOutdated(step))
        {
            terminal.WriteLine($"  of an older revision: this program computes '{step.Kind}' steps differently, and runs them anew for studies from now on");
        }
    }

    private string State() => step.State switch
    {
        StepState.Running => Invariant($"running ({100 * step.Fraction:0} % done, {step.Holder})"),
        StepState.Interrupted => $"interrupted ({step.Holder ?? "its process"} is gone; the same command goes on)",
        var state => state.ToName(),
    };

    private static JsonElement? Parsed(string? json) => json is null ? null : JsonDocument.Parse(json).RootElement.Clone();
}
