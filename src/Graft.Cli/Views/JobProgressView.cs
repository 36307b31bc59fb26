using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Shows how a job goes: bars with the time that is left where a person watches, else a line for each step that ends.</summary>
internal abstract class JobProgressView : IProgress<JobProgress>, IAsyncDisposable
{
    public static JobProgressView Start(Terminal terminal, string job) =>
        terminal.IsInteractive ? new JobProgressBars(terminal, job) : new JobProgressLines(terminal, TimeProvider.System);

    public abstract void Report(JobProgress value);

    public abstract ValueTask DisposeAsync();

    /// <summary>The line for news of a step; null for news that are worth none.</summary>
    protected static string? Describe(StepNews news) => news.Happened switch
    {
        StepEvent.Done => Invariant($"{news.Title}: {news.Words} ({Format.Duration(news.Seconds)})"),
        StepEvent.Failed => Invariant($"{news.Title}: failed: {news.Words} ({Format.Duration(news.Seconds)})"),
        StepEvent.Waiting => $"{news.Title}: waiting, {news.Words} holds it",
        StepEvent.Invalidated => $"{news.Title}: to be made again, as {news.Words}",
        _ => null,
    };
}
