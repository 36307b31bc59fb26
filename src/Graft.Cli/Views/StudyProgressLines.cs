using Graft.Engine;
using Graft.Jobs.Studies;

namespace Graft.Cli.Views;

/// <summary>Progress for files and logs: a line for each step that ends.</summary>
internal sealed class StudyProgressLines(Terminal terminal, StudyGraph graph, StudyWork work, TimeProvider time) : StudyProgressView(graph, work, time)
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override void OnStarted(Step step)
    {
    }

    protected override void OnProgressed(Step step, StepProgress progress)
    {
    }

    protected override void OnEnded(Step step, StoredStep stored, bool ranHere)
    {
        if (ranHere)
        {
            string remaining = Remaining is { TotalSeconds: > 0.5 } left ? $"; about {Format.Duration(left)} left" : "";
            terminal.WriteProgress($"[{Count}] {Describe(step, stored)}{remaining}");
        }
    }
}
