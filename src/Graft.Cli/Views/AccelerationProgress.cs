using Graft.Engine;
using Graft.Jobs.Accelerations;

namespace Graft.Cli.Views;

/// <summary>Progress of an acceleration: a line for each stage, and one now and then within it.</summary>
internal sealed class AccelerationProgress(Terminal terminal, TimeProvider time) : IAccelerationObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly long _started = time.GetTimestamp();
    private long _last = time.GetTimestamp();
    private string _stage = "";
    private int _steps, _ended;

    public void StageStarted(string title, int steps)
    {
        (_stage, _steps, _ended) = (title, steps, 0);
        Write(steps > 1 ? Invariant($"{title} ({steps:N0})") : title);
    }

    public void Started(Step step)
    {
    }

    public void Progressed(Step step, StepProgress progress) => WriteNowAndThen(Invariant($"{_stage}: {(_steps > 1 ? Invariant($"{_ended:N0} of {_steps:N0} done, ") : "")}{100 * progress.Fraction:0} % of this pass"));

    public void Ended(Step step, StoredStep stored)
    {
        _ended++;
        if (stored.State == StepState.Failed)
        {
            Write($"{step.Title} failed: {stored.Error}");
        }
    }

    public void Measured(int done, int of) => WriteNowAndThen(Invariant($"{_stage}: {done:N0} of {of:N0}"));

    private void WriteNowAndThen(string line)
    {
        if (time.GetElapsedTime(_last) >= Interval)
        {
            Write(line);
        }
    }

    private void Write(string line)
    {
        _last = time.GetTimestamp();
        terminal.WriteProgress(Invariant($"[{time.GetElapsedTime(_started):hh\\:mm\\:ss}] {line}"));
    }
}
