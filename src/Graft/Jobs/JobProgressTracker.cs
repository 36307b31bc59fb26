using Graft.Engine;

namespace Graft.Jobs;

/// <summary>
/// Makes <see cref="JobProgress"/> of what the scheduler tells: weighs steps by their work and foresees the time that is left. What a job can only name once
/// others have ended counts from the start, as the estimate of a dry run has it.
/// </summary>
/// <param name="kinds">Tells the work of steps.</param>
/// <param name="services">What the work depends on.</param>
/// <param name="foreseen">The work of each step that is not known yet, about; asked when steps have become known.</param>
/// <param name="progress">Is told.</param>
/// <param name="time">The clock.</param>
internal sealed class JobProgressTracker(
    StepKinds kinds, StepServices services, Func<IEnumerable<double>> foreseen, IProgress<JobProgress>? progress, TimeProvider time) : IStepObserver
{
    // Before that much has been done, what is left is not said: the first seconds go into starting.
    private const double LeastDone = 0.01;

    private readonly Dictionary<string, double> _work = [];
    private readonly Dictionary<string, RunningStep> _running = [];
    private double _known, _done, _doneBefore;
    private IReadOnlyList<double> _foreseen = [];
    private int _ended;
    private long? _started;

    public void Declared(IReadOnlyList<Step> steps)
    {
        foreach (var step in steps)
        {
            _known += _work[step.Key] = kinds.Of(step).WorkOf(step, services);
        }

        _foreseen = [.. foreseen()];
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

    public void Progressed(IReadOnlyList<Step> steps, StepProgress value)
    {
        foreach (var running in steps.Select(step => _running.GetValueOrDefault(step.Key)).OfType<RunningStep>())
        {
            _running[running.Key] = running with { Fraction = value.Fraction };
        }

        Tell(null);
    }

    public void Waiting(Step step, StoredStep stored) =>
        Tell(
            step,
            StepEvent.Waiting,
            $"{stored.Holder ?? "another process"}{(stored.Started is { } since ? Invariant($", since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "")}",
            0
        );

    public void Invalidated(Step step, string fault, bool hadEnded)
    {
        if (hadEnded)
        {
            _done -= _work[step.Key];
            _ended--;
        }

        Tell(step, StepEvent.Invalidated, fault, 0);
    }

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
        double total = _known + _foreseen.Sum(), left = total - _doneBefore - here;
        progress?.Report(new()
        {
            Fraction = total > 0 ? (_done + running) / total : 1,
            Ended = _ended,
            Steps = _work.Count + _foreseen.Count,
            Remaining = _started is { } started && here > LeastDone * (here + left) ? time.GetElapsedTime(started) * (left / here) : null,
            Running = [.. _running.Values],
            News = news,
        });
    }
}
