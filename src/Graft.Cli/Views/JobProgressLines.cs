using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Progress for files and logs: a line for each step that ends, and one a minute where none does.</summary>
/// <param name="terminal">Is written to.</param>
/// <param name="time">The clock.</param>
internal sealed class JobProgressLines(Terminal terminal, TimeProvider time) : JobProgressView
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private long _written = time.GetTimestamp();

    public override void Report(JobProgress value)
    {
        if (value.News is { } news && Describe(news) is { } line)
        {
            Write(value, line);
        }
        else if (value.Running.Count > 0 && time.GetElapsedTime(_written) >= LongestSilence)
        {
            Write(value, string.Join(", ", value.Running.Select(step => Invariant($"{step.Title} {100 * step.Fraction:0} %"))));
        }
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write(JobProgress value, string line)
    {
        string remaining = value.Remaining is { TotalSeconds: > 0.5 } left ? $"; about {Format.Duration(left)} left" : "";
        terminal.WriteProgress(Invariant($"[{value.Ended}/{value.Steps}] {line}{remaining}"));
        _written = time.GetTimestamp();
    }
}
