using Graft.Engine;

namespace Graft.Jobs;

/// <summary>
/// Makes <see cref="JobProgress"/> of what the scheduler tells: weighs steps by their work and foresees the time that is left. What a job can only name once
/// others have ended counts from the start, as the estimate of a dry run has it. Kinds of steps get unequal work done in a second: each goes on at its own pace
/// as soon as that shows, and that is the pace of late: load that has gone, and stops of the process, do not count for the rest. Until then it is the pace that
/// was expected of it, slowed down as those of other kinds were, and where none was, that of the kind in the middle of the work that was done.
/// </summary>
/// <param name="kinds">Tells the work of steps.</param>
/// <param name="services">What the work depends on.</param>
/// <param name="foreseen">The steps that are not known yet, about; asked when steps have become known.</param>
/// <param name="nameOf">What the network of a step is called, where its title does not tell it from others; null for none.</param>
/// <param name="remarkOn">What is to be heard of a step's result, beside what its kind says of it; null for nothing.</param>
/// <param name="shareSpeed">How many times as much work the cores do where steps share them as where one step has them all.</param>
/// <param name="expected">Seconds on the clock for a unit of work of a step that has all cores, by kind; of some kinds, or none.</param>
/// <param name="until">How far the steps reach, where more may follow; asked whenever something is told.</param>
/// <param name="progress">Is told.</param>
/// <param name="time">The clock.</param>
internal sealed class JobProgressTracker(
    StepKinds kinds,
    StepServices services,
    Func<IEnumerable<EstimatedStep>> foreseen,
    Func<Step, string?> nameOf,
    Func<Step, StoredStep, string?> remarkOn,
    double shareSpeed,
    IReadOnlyDictionary<string, double> expected,
    Func<string?> until,
    IProgress<JobProgress>? progress,
    TimeProvider time
) : IStepObserver
{
    // Before that much has been done here, and for as long, what is left is not said.
    private const double LeastDone = 0.02;
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(5);

    // The part of a kind's work after which its pace is that of its own steps alone.
    private const double PartThatShowsThePace = 0.2;

    private readonly Dictionary<string, double> _work = [];
    private readonly Dictionary<string, Step> _steps = [];
    private readonly Dictionary<string, RunningStep> _running = [];
    private readonly Dictionary<string, KindProgress> _kinds = [];
    private readonly Dictionary<string, double> _elsewhere = []; // of running steps, the part that was done before the clock ran
    private double _known, _done;
    private IReadOnlyList<(string Kind, double Work)> _foreseen = [];
    private int _ended;
    private bool _hasTold; // progress, or the end of a step that ran here
    private long? _started;
    private long _shared;

    public void Declared(IReadOnlyList<Step> steps)
    {
        foreach (var step in steps)
        {
            _steps[step.Key] = step;
            _known += _work[step.Key] = Weighed(kinds.Of(step).Threads, kinds.Of(step).WorkOf(step, services));
            OfKind(step.Kind).Left += _work[step.Key];
        }

        _foreseen = [.. foreseen().Select(f => (f.Kind, Weighed(f.Demand, f.Work)))];
    }

    public void Started(Step step)
    {
        Share();
        _started ??= time.GetTimestamp();

        _running[step.Key] = new(step.Key, step.Kind, TitleOf(step), 0);
        Tell(step, StepEvent.Started, "", 0);
    }

    public void Progressed(IReadOnlyList<Step> steps, StepProgress value)
    {
        Share();
        foreach (var running in steps.Select(step => _running.GetValueOrDefault(step.Key)).OfType<RunningStep>())
        {
            _running[running.Key] = running with { Fraction = value.Fraction };
            _elsewhere.TryAdd(running.Key, value.Resumed);
        }

        if (!_hasTold)
        {
            BeginClock();
        }

        Tell(null);
    }

    // The first seconds go into starting processes and loading data, which comes once: the clock runs from the first progress on.
    private void BeginClock()
    {
        (_hasTold, _started) = (true, time.GetTimestamp());
        foreach (var running in _running.Values)
        {
            _elsewhere[running.Key] = running.Fraction;
        }

        foreach (var kind in _kinds.Values)
        {
            (kind.Time, kind.Pace) = (TimeSpan.Zero, new());
        }
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
            OfKind(step.Kind).Left += _work[step.Key];
            _ended--;
        }

        Tell(step, StepEvent.Invalidated, fault, 0);
    }

    public void Ended(Step step, StoredStep stored, StepEnding how)
    {
        Share();
        _running.Remove(step.Key);
        _elsewhere.Remove(step.Key, out double elsewhere);
        double work = _work[step.Key];
        _done += work;
        OfKind(step.Kind).Left -= work;
        OfKind(step.Kind).DoneHere += how == StepEnding.Ran ? (1 - elsewhere) * work : 0;
        _ended++;
        _hasTold |= how == StepEnding.Ran;
        if (how == StepEnding.WasThere)
        {
            return;
        }

        if (stored.State == StepState.Failed)
        {
            Tell(step, StepEvent.Failed, stored.Error!, stored.Seconds);
        }
        else
        {
            var kind = kinds.Of(step);
            string? remark = _work.Count > 1 ? kind.RemarkOn(stored.Result!, services) ?? remarkOn(step, stored) : null;
            Tell(step, StepEvent.Done, kind.Summarize(stored.Result!), stored.Seconds, remark);
        }
    }

    private void Tell(Step step, StepEvent happened, string words, double seconds, string? remark = null) =>
        Tell(new(step.Key, step.Kind, TitleOf(step), happened, words, seconds, remark));

    private string TitleOf(Step step) => step.TitleAmong(_steps.GetValueOrDefault, nameOf(step));

    private void Tell(StepNews? news)
    {
        double running = _running.Values.Sum(r => r.Fraction * _work[r.Key]), total = _known + _foreseen.Sum(f => f.Work);
        var elapsed = _started is { } started ? time.GetElapsedTime(started) : default;
        progress?.Report(new()
        {
            Fraction = total > 0 ? (_done + running) / total : 1,
            Ended = _ended,
            Steps = _work.Count + _foreseen.Count,
            Remaining = Remaining(elapsed),
            Until = until(),
            Running = [.. _running.Values],
            News = news,
        });
    }

    // All kinds' work that is left, each at its own pace as far as that has shown. How long latencies take says nothing of what computes. Paces are in seconds
    // for a unit of work, of which there are some 1e12: no TimeSpan is as short.
    private TimeSpan? Remaining(TimeSpan elapsed)
    {
        var stands = _kinds.Keys.Union(_foreseen.Select(f => f.Kind)).ToList().ConvertAll(StandOf);
        var computing = stands.FindAll(k => !k.IsQuiet && k.Here + k.Left > 0);
        var shown = computing.Count > 0 ? computing : stands;
        double here = shown.Sum(k => k.Here);
        if (elapsed < LeastTime || here <= LeastDone * (here + shown.Sum(k => k.Left)))
        {
            return null;
        }

        double middle = PaceInTheMiddle(shown, here), slowdown = Slowdown(shown);
        return TimeSpan.FromSeconds(stands.Sum(k => k.Left * PaceOf(k)));

        double PaceOf(KindStand kind)
        {
            double weight = kind.IsQuiet && kind.Here > 0 ? 1 : Math.Min(1, kind.Part / PartThatShowsThePace);
            double before = expected.TryGetValue(kind.Name, out double pace) ? pace * slowdown : middle;
            return weight > 0 ? weight * kind.Pace + (1 - weight) * before : before;
        }
    }

    // Half of the work that was done went at least as fast. Unlike their mean it does not follow a kind that is a small part and takes its own time.
    private static double PaceInTheMiddle(IEnumerable<KindStand> shown, double here)
    {
        double sum = 0;
        return shown.Where(k => k.Here > 0).OrderBy(k => k.Pace).First(k => (sum += k.Here) >= here / 2).Pace;
    }

    // How many times as long as was expected the kinds take that have begun. One that is faster than expected says nothing of others.
    private double Slowdown(List<KindStand> shown)
    {
        var begun = shown.FindAll(k => k.Here > 0 && expected.ContainsKey(k.Name));
        return begun.Count > 0 ? Math.Max(1, begun.Sum(k => k.Pace * k.Here) / begun.Sum(k => expected[k.Name] * k.Here)) : 1;
    }

    private KindStand StandOf(string name)
    {
        var running = _running.Values.Where(r => r.Kind == name).ToList();
        var kind = OfKind(name);
        double here = kind.DoneHere + running.Sum(DoneHere);
        double left = kind.Left - running.Sum(r => r.Fraction * _work[r.Key]) + _foreseen.Where(f => f.Kind == name).Sum(f => f.Work);
        bool isQuiet = kinds.Find(name).Threads == ThreadDemand.QuietMachine;
        return new(name, left, here, here > 0 ? kind.Pace.Of(kind.Time.TotalSeconds, here, here + left, running.Count) : 0, isQuiet);
    }

    private double DoneHere(RunningStep running) => (running.Fraction - _elsewhere.GetValueOrDefault(running.Key)) * _work[running.Key];

    // The time since the last news belongs to what ran in it: steps that run together, at the same part of their way, are one.
    private void Share()
    {
        long now = time.GetTimestamp();
        var batches = _running.Values.Select(r => (r.Kind, r.Fraction)).Distinct().ToList();
        foreach (var (kind, _) in batches)
        {
            OfKind(kind).Time += time.GetElapsedTime(_shared, now) / batches.Count;
        }

        _shared = now;
    }

    // As work of a step that has all cores.
    private double Weighed(ThreadDemand demand, double work) => demand == ThreadDemand.Share ? work / shareSpeed : work;

    private KindProgress OfKind(string kind) =>
        _kinds.TryGetValue(kind, out var known) ? known : (_kinds[kind] = new());

    private sealed class KindProgress
    {
        // Work that has not ended, and work that ended while this ran.
        public double Left { get; set; }

        public double DoneHere { get; set; }

        // On the clock, shared among what ran at a time.
        public TimeSpan Time { get; set; }

        public RecentPace Pace { get; set; } = new();
    }

    // Work that is left and that was done here, seconds for a unit of it (0 where none was done), and whether the kind measures rather than computes.
    private readonly record struct KindStand(string Name, double Left, double Here, double Pace, bool IsQuiet)
    {
        public double Part => Here > 0 ? Here / (Here + Left) : 0;
    }
}
