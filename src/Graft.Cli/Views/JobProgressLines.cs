using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>Progress for files and logs: a line for each step that ends, and one a minute where none does, also where steps say nothing for longer.</summary>
internal sealed class JobProgressLines : JobProgressView
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private readonly ITimer _clock;
    private JobProgress? _last;
    private readonly HashSet<(string Kind, string Words)> _waits = []; // that were written since anything else was
    private long _written, _heard;

    /// <param name="terminal">Is written to.</param>
    /// <param name="time">The clock.</param>
    public JobProgressLines(Terminal terminal, TimeProvider time)
    {
        (_terminal, _time, _written) = (terminal, time, time.GetTimestamp());
        _clock = time.CreateTimer(_ => Tick(), null, LongestSilence / 4, LongestSilence / 4);
    }

    public override void Report(JobProgress value)
    {
        lock (_writing)
        {
            (_last, _heard) = (value, _time.GetTimestamp());
            if (value.News is { Happened: StepEvent.Waiting } wait && !_waits.Add((wait.Kind, wait.Words)))
            {
                return; // another process has all steps of a kind: one line says it
            }

            if (value.News is { } news && Describe(news) is { } line)
            {
                if (news.Happened != StepEvent.Waiting)
                {
                    _waits.Clear();
                }

                Write(value, line, value.Remaining);
                _terminal.WriteProgressNote(RemarkOn(news));
            }
            else
            {
                BreakSilence();
            }
        }
    }

    public override ValueTask DisposeAsync() => _clock.DisposeAsync();

    private void Tick()
    {
        lock (_writing)
        {
            BreakSilence();
        }
    }

    // Where nothing was heard for as long, the time that is left is not known either.
    private void BreakSilence()
    {
        if (_last is { Running.Count: > 0 } last && _time.GetElapsedTime(_written) >= LongestSilence)
        {
            string running = string.Join(", ", Batches(last).Select(batch => Invariant($"{batch.Title} {100 * batch.Fraction:0} %")));
            Write(last, running, _time.GetElapsedTime(_heard) < LongestSilence ? last.Remaining : null);
        }
    }

    private void Write(JobProgress value, string line, TimeSpan? remaining)
    {
        string left = Left(remaining, value) is { } words ? $"; {words}" : "";
        _terminal.WriteProgress(Invariant($"[{value.Ended}/{value.Steps}] {line}{left}"));
        _written = _time.GetTimestamp();
    }
}
