using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Shows how a job goes: bars with the time that is left where a person watches, else a line for each step that ends.</summary>
internal abstract class JobProgressView : IProgress<JobProgress>, IAsyncDisposable
{
    public static JobProgressView Start(Terminal terminal, string job) =>
        terminal.IsInteractive ? new JobProgressBars(terminal, job) : new JobProgressLines(terminal, TimeProvider.System);

    public abstract void Report(JobProgress value);

    public abstract ValueTask DisposeAsync();

    /// <summary>What runs, and the part of it that is done. Steps that run together stand at the same part of their way: they are one.</summary>
    /// <returns>The key of one of its steps, a title, which of several names the first and the last, and the part in [0, 1].</returns>
    protected static IReadOnlyList<(string Key, string Title, double Fraction)> Batches(JobProgress value) =>
    [
        .. value.Running.GroupBy(r => (r.Kind, r.Fraction))
            .Select(b => (b.First().Key, TitleOf(b.Key.Kind, [.. b]), b.Key.Fraction)),
    ];

    private static string TitleOf(string kind, IReadOnlyList<RunningStep> steps) => steps.Count == 1
        ? steps[0].Title
        : Invariant($"{kind} ({steps.Count}: {steps[0].Title} {(steps.Count > 2 ? "…" : "and")} {steps[^1].Title})");

    /// <summary>A time that is left, e.g. <c>about 12 min left</c>, and how far it reaches where more steps may follow; null for none.</summary>
    protected static string? Left(TimeSpan? remaining, JobProgress value) => remaining is { TotalSeconds: > 0.5 } time
        ? $"about {Format.Duration(time)} left{(value.Until is { } until ? $" until {until}" : "")}"
        : null;

    /// <summary>The remark on what is to be heard of a result before other steps build on it; null for nothing.</summary>
    protected static string? RemarkOn(StepNews? news) => news is { Remark: { } remark } ? $"{news.Title}: {news.Words}; {remark}" : null;

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
