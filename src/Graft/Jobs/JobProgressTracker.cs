using Graft.Engine;

namespace Graft.Jobs;

/// <summary>Makes <see cref="JobProgress"/> of what the scheduler tells: weighs steps by their work and foresees the time that is left.</summary>
internal sealed class JobProgressTracker(StepKinds kinds, StepServices services, IProgress<JobProgress>? progress, TimeProvider time) : IStepObserver
{
    private readonly Dictionary<string, double> _work = [];
    private readonly Dictionary<string, RunningStep> _running = [];
    private double _total, _done, _doneBefore;
    private int _ended;
    private long? _started;

    public void Declared(IReadOnlyList<Step> steps)
    {
        foreach (var step in steps)
        {
            _total += _work[step.Key] = kinds.Of(step).WorkOf(step, services);
        }
    }

    public void Started(Step step)
    {
        if (_started is null)
        {
            _started = time.GetTimestamp();
            _doneBefore = _done;
        }

        _running[step.Key] = new(step.Key, step.Kind, step.Title, 0);
        Tell(step, StepEvent.Started, "", 0);
    }

    public void Progressed(Step step, StepProgress value)
    {
        if (_running.TryGetValue(step.Key, out var running))
        {
            _running[step.Key] = running with { Fraction = value.Fraction };
            Tell(null);
        }
    }

    public void Waiting(Step step, StoredStep stored) =>
        Tell(step, StepEvent.Waiting, $"{stored.Holder ?? "another process"}{(stored.Started is { } since ? Invariant($", since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "")}", 0);

    public void Ended(Step step, StoredStep stored, bool ranHere)
    {
        _running.Remove(step.Key);
        _done += _work[step.Key];
        _ended++;
        if (!ranHere)
        {
            return;
        }

        if (stored.State == StepState.Failed)
        {
            Tell(step, StepEvent.Failed, stored.Error!, stored.Seconds);
        }
        else
        {
            Tell(step, StepEvent.Done, kinds.Of(step).Summarize(stored.Result!), stored.Seconds);
        }
    }

    private void Tell(Step step, StepEvent happened, string words, double seconds) => Tell(new(step.Key, step.Kind, step.Title, happened, words, seconds));

    private void Tell(StepNews? news)
    {
        double running = _running.Values.Sum(r => r.Fraction * _work[r.Key]), here = _done - _doneBefore + running;
        progress?.Report(new()
        {
            Fraction = _total > 0 ? (_done + running) / _total : 1,
            Ended = _ended,
            Steps = _work.Count,
            Remaining = _started is { } started && here > 0 ? time.GetElapsedTime(started) * ((_total - _doneBefore - here) / here) : null,
            Running = [.. _running.Values],
            News = news,
        });
    }
}
