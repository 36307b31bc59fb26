using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Steps;
using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>Progress for people: a bar for the study and one for each step that runs, with the time that is left.</summary>
internal sealed class StudyProgressBars : StudyProgressView
{
    private const int Scale = 1000;

    private readonly TaskCompletionSource _end = new();
    private readonly TaskCompletionSource<ProgressContext> _drawing = new();
    private readonly Task _shown;
    private readonly Dictionary<string, ProgressTask> _bars = [];
    private readonly ProgressTask _all;

    public StudyProgressBars(Terminal terminal, StudyGraph graph, StudyWork work, TimeProvider time)
        : base(graph, work, time)
    {
        _shown = terminal.Error.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                _drawing.SetResult(context);
                await _end.Task;
            });
        _all = Context.AddTask("study", maxValue: Scale);
    }

    private ProgressContext Context => _drawing.Task.GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _shown;
    }

    protected override void OnStarted(Step step)
    {
        if (!_bars.ContainsKey(BarOf(step)))
        {
            _bars[BarOf(step)] = Context.AddTask(Markup.Escape(step is DistillationStep ? "distil candidates" : step.Title), maxValue: Scale);
        }
    }

    protected override void OnProgressed(Step step, StepProgress progress)
    {
        if (_bars.TryGetValue(BarOf(step), out var bar))
        {
            bar.Value = Scale * progress.Fraction;
        }

        ShowAll();
    }

    protected override void OnEnded(Step step, StoredStep stored, bool ranHere)
    {
        if (_bars.Remove(BarOf(step), out var bar))
        {
            bar.Value = Scale;
            bar.StopTask();
        }

        ShowAll();
    }

    private void ShowAll()
    {
        _all.Value = Scale * Fraction;
        _all.Description = $"study: {Count} steps{(Remaining is { } left ? $", about {Format.Duration(left)} left" : "")}";
    }

    // All candidates that are distilled from the same passes share a bar.
    private static string BarOf(Step step) => step is DistillationStep ? step.Kind : step.Key;
}
