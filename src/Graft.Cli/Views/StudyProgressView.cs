using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Measures;
using Graft.Steps;

namespace Graft.Cli.Views;

/// <summary>Shows how a study goes: bars with remaining time where a person watches, else a line for each step that ends.</summary>
internal abstract class StudyProgressView : IStepObserver, IAsyncDisposable
{
    private readonly StudyWork _work;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, double> _fractions = [];
    private readonly int _steps;
    private readonly double _total;
    private double _ended, _endedBefore;
    private int _count;
    private long? _started;

    private protected StudyProgressView(StudyGraph graph, StudyWork work, TimeProvider time)
    {
        _steps = graph.Steps.Count;
        _work = work;
        _time = time;
        _total = graph.Steps.Sum(work.MultiplyAccumulates);
    }

    /// <summary>The part of all work that is done.</summary>
    protected double Fraction => (_ended + Running) / _total;

    /// <summary>How many steps have ended, of how many.</summary>
    protected string Count => Invariant($"{_count}/{_steps}");

    /// <summary>Time that is left if it goes on as fast as so far; null while nothing has been done.</summary>
    protected TimeSpan? Remaining
    {
        get
        {
            double here = _ended - _endedBefore + Running;
            return _started is { } started && here > 0 ? _time.GetElapsedTime(started) * ((_total - _endedBefore - here) / here) : null;
        }
    }

    private double Running => _fractions.Sum(f => f.Value);

    public static StudyProgressView Start(Terminal terminal, StudyGraph graph, StudyWork work, TimeProvider time) => terminal.IsInteractive
        ? new StudyProgressBars(terminal, graph, work, time)
        : new StudyProgressLines(terminal, graph, work, time);

    public void Started(Step step)
    {
        if (_started is null)
        {
            _started = _time.GetTimestamp();
            _endedBefore = _ended;
        }

        _fractions[step.Key] = 0;
        OnStarted(step);
    }

    public void Progressed(Step step, StepProgress progress)
    {
        _fractions[step.Key] = progress.Fraction * _work.MultiplyAccumulates(step);
        OnProgressed(step, progress);
    }

    public void Ended(Step step, StoredStep stored)
    {
        _fractions.Remove(step.Key);
        _ended += _work.MultiplyAccumulates(step);
        _count++;
        OnEnded(step, stored, ranHere: _started is not null);
    }

    public abstract ValueTask DisposeAsync();

    protected abstract void OnStarted(Step step);

    protected abstract void OnProgressed(Step step, StepProgress progress);

    protected abstract void OnEnded(Step step, StoredStep stored, bool ranHere);

    /// <summary>The line for a step that has ended.</summary>
    protected static string Describe(Step step, StoredStep stored)
    {
        string outcome = stored.State == StepState.Failed ? $"failed: {stored.Error}" : step switch
        {
            DistillationStep => Invariant($"loss {StepResults.FromJson<DistillationStepResult>(stored.Result!).Loss:0.0000}"),
            PredictorStep => Invariant($"CKA {StepResults.FromJson<PredictorValues>(stored.Result!).Cka:0.000}"),
            SimilarityStep => "compared",
            TrialStep => $"{Format.Percent(StepResults.FromJson<TrialStepResult>(stored.Result!).Accuracy)} %",
            _ => $"{Format.Percent(StepResults.FromJson<TeacherStepResult>(stored.Result!).Accuracy)} %",
        };
        return $"{step.Title}: {outcome} ({Format.Duration(stored.Seconds)})";
    }
}
