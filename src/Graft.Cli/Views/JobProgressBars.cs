using Graft.Jobs;
using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>Progress for people: a bar for the job and one for each batch of steps that runs, with the time that is left.</summary>
internal sealed class JobProgressBars : JobProgressView
{
    private const int Scale = 1000;

    private readonly TaskCompletionSource _end = new();
    private readonly TaskCompletionSource<ProgressContext> _drawing = new();
    private readonly Task _shown;
    private readonly Dictionary<string, ProgressTask> _bars = []; // by the key of a step
    private readonly ProgressTask _all;
    private readonly Terminal _terminal;
    private readonly string _job;

    public JobProgressBars(Terminal terminal, string job)
    {
        (_terminal, _job) = (terminal, job);
        _shown = terminal.Error.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                _drawing.SetResult(context);
                await _end.Task;
            });
        _all = Context.AddTask(job, maxValue: Scale);
    }

    /// <summary>How many bars there are beside the job's own.</summary>
    internal int Count => _bars.Count;

    private ProgressContext Context => _drawing.Task.GetAwaiter().GetResult();

    public override void Report(JobProgress value)
    {
        string? note = value.News is { Happened: StepEvent.Invalidated } news ? Describe(news) : RemarkOn(value.News);
        if (note is not null)
        {
            _terminal.Error.WriteLine(Terminal.Note(note)); // above the bars: whoever watches can still stop
        }

        var batches = Batches(value);
        foreach (string gone in _bars.Keys.Except(batches.Select(b => b.Key)).ToList())
        {
            _bars.Remove(gone, out var bar);
            bar!.Value = Scale;
            bar.StopTask();
        }

        foreach (var (key, title, fraction) in batches)
        {
            if (!_bars.TryGetValue(key, out var bar))
            {
                _bars[key] = bar = Context.AddTask(Markup.Escape(title), maxValue: Scale);
            }

            bar.Description = Markup.Escape(title);
            bar.Value = Scale * fraction;
        }

        _all.Value = Scale * value.Fraction;
        _all.Description = Invariant(
            $"{_job}: {value.Ended}/{value.Steps} steps{(Left(value.Remaining, value) is { } left ? $", {left}" : "")}"
        );
    }

    public override async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _shown;
    }
}
