using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Progress for files and logs: a line for each step that ends.</summary>
internal sealed class JobProgressLines(Terminal terminal) : JobProgressView
{
    public override void Report(JobProgress value)
    {
        if (value.News is { } news && Describe(news) is { } line)
        {
            string remaining = value.Remaining is { TotalSeconds: > 0.5 } left ? $"; about {Format.Duration(left)} left" : "";
            terminal.WriteProgress(Invariant($"[{value.Ended}/{value.Steps}] {line}{remaining}"));
        }
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
