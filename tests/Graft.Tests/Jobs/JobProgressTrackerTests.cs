using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Jobs;

namespace Graft.Tests.Jobs;

/// <summary>The time that is left rests on the steps that are known and on those that are foreseen.</summary>
public sealed class JobProgressTrackerTests
{
    private const double WorkOfOne = 3e12; // multiply-accumulates, as of a short training

    private readonly Clock _time = new();
    private readonly List<JobProgress> _told = [];
    private string? _until;
    private string? _name;
    private string? _remark;
    private double[] _foreseen = [WorkOfOne, WorkOfOne, WorkOfOne, WorkOfOne];
    private Dictionary<string, double> _expected = []; // seconds for a unit of work

    [Fact]
    public void Remaining_StepsNotDeclaredYet_CountFromTheStart()
    {
        var (tracker, steps) = Begin(2);

        End(tracker, steps[0], seconds: 10);

        // One of six is done in ten seconds.
        Assert.Equal(50, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
        Assert.Equal((1, 6), (_told[^1].Ended, _told[^1].Steps));
        Assert.Equal(1.0 / 6, _told[^1].Fraction, 12);
    }

    [Fact]
    public void Remaining_ForeseenStepsBecomeKnown_CountOnce()
    {
        var (tracker, steps) = Begin(2);
        End(tracker, steps[0], seconds: 10);
        _foreseen = [];
        var more = Enumerable.Range(3, 3).Select(i => new WaitingStep("waiting") { Number = i }).ToList();
        tracker.Declared(more);

        End(tracker, steps[1], seconds: 10);

        Assert.Equal(30, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
        Assert.Equal(5, _told[^1].Steps);
    }

    [Fact]
    public void Remaining_HardlyAnythingDone_IsNotSaid()
    {
        var (tracker, steps) = Begin(200);
        tracker.Started(steps[0]);
        _time.Advance(TimeSpan.FromSeconds(7));

        tracker.Progressed([steps[0]], new(0.5, double.NaN));

        Assert.Null(_told[^1].Remaining);
    }

    [Fact]
    public void Remaining_KindsOfUnequalPace_GoesOnAtEachOnesOwn()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(5);
        var sleeping = Enumerable.Range(1, 5).Select(i => new WaitingStep("sleeping") { Number = i }).ToList();
        tracker.Declared(sleeping);
        foreach (var step in sleeping)
        {
            End(tracker, step, seconds: 100);
        }

        End(tracker, steps[0], seconds: 2);

        // Four are left of those that take two seconds each; at the pace of all it would be more than five minutes.
        Assert.Equal(8, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Remaining_TwoAtATime_SharesTheClock()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(4);
        tracker.Started(steps[0]);
        _time.Advance(TimeSpan.FromSeconds(5));
        tracker.Progressed([steps[0]], new(0.5, double.NaN));
        tracker.Started(steps[1]);
        _time.Advance(TimeSpan.FromSeconds(5));
        End(tracker, steps[0]);

        // One of four has taken ten seconds, of another nothing is known yet: three are left.
        Assert.Equal(30, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Remaining_StepsThatShareTheCores_GoOnFasterByAsMuch()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(4, shareSpeed: 1.25);
        var alone = new WaitingStep("alone") { Number = 1 };
        tracker.Declared([alone]);

        End(tracker, alone, seconds: 10);

        Assert.Equal(4 * 10 / 1.25, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
        Assert.Equal(1 / (1 + 4 / 1.25), _told[^1].Fraction, 12);
    }

    [Fact]
    public void Remaining_StepThatGoesOnFromACheckpoint_CountsWhatThisRunDid()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(2);
        tracker.Started(steps[0]);
        _time.Advance(TimeSpan.FromSeconds(1));
        tracker.Progressed([steps[0]], new(0.5, double.NaN, Resumed: 0.5));
        _time.Advance(TimeSpan.FromSeconds(10));
        tracker.Progressed([steps[0]], new(0.6, double.NaN, Resumed: 0.5));

        // A tenth of a step in ten seconds: 1.4 are left. With what an earlier run did it would be 23 seconds.
        Assert.Equal(140, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
        Assert.Equal(0.3, _told[^1].Fraction, 12);
        _time.Advance(TimeSpan.FromSeconds(40));
        End(tracker, steps[0]);
        Assert.Equal(100, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Remaining_LaterStepThatGoesOnFromACheckpoint_CountsWhatThisRunDid()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(3);
        End(tracker, steps[0], seconds: 100);
        tracker.Started(steps[1]);
        _time.Advance(TimeSpan.FromSeconds(50));

        tracker.Progressed([steps[1]], new(0.9, double.NaN, Resumed: 0.4));

        Assert.Equal(110, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Remaining_StartOfProcesses_IsNotInThePace()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(2);
        tracker.Started(steps[0]);
        _time.Advance(TimeSpan.FromSeconds(60));
        tracker.Progressed([steps[0]], new(0.1, double.NaN));
        Assert.Null(_told[^1].Remaining);

        _time.Advance(TimeSpan.FromSeconds(10));
        tracker.Progressed([steps[0]], new(0.2, double.NaN));

        Assert.Equal(180, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Remaining_LoadThatHasGone_IsNoLongerInThePace()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(1);
        Progress(tracker, steps[0], from: 0, to: 40, seconds: 10);

        Progress(tracker, steps[0], from: 40, to: 76, seconds: 1);

        // At the pace of all that was done it would be more than three minutes.
        Assert.Equal(24, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Remaining_ProcessThatWasStopped_CountsAsABusyOneAtTheMostAndNotForLong()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(1);
        Progress(tracker, steps[0], from: 0, to: 50, seconds: 1);
        _time.Advance(TimeSpan.FromHours(1));

        Progress(tracker, steps[0], from: 50, to: 56, seconds: 1);
        double soon = _told[^1].Remaining!.Value.TotalSeconds;
        Progress(tracker, steps[0], from: 56, to: 95, seconds: 1);

        Assert.InRange(soon, 43.9, 2 * 44);
        Assert.Equal(5, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    // A measurement waits for others that measure; how long it took says nothing of what computes.
    [Fact]
    public void Remaining_OnlyLatenciesHaveBeenMeasured_IsNotSaid()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(2);
        var quiet = Enumerable.Range(1, 2).Select(i => new WaitingStep("quiet") { Number = i }).ToList();
        tracker.Declared(quiet);
        End(tracker, quiet[0], seconds: 1000);
        Assert.Null(_told[^1].Remaining);

        End(tracker, steps[0], seconds: 10);

        Assert.Equal(1000 + 10, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    // As of predictors, while candidates are distilled: the others say nothing of how long these take.
    [Theory]
    [InlineData(10, 100)]
    [InlineData(1, 100)] // faster than was expected
    [InlineData(30, 300)] // the machine is slower than it was
    public void Remaining_KindThatHasNotBegun_IsExpectedToTakeAsLongAsItDidOrLonger(double seconds, double expectedOfOne)
    {
        _foreseen = [];
        _expected = new() { ["waiting"] = 10 / WorkOfOne, ["sleeping"] = 100 / WorkOfOne };
        var (tracker, steps) = Begin(6);
        tracker.Declared([.. Enumerable.Range(1, 2).Select(i => new WaitingStep("sleeping") { Number = i })]);

        foreach (var step in steps)
        {
            End(tracker, step, seconds);
        }

        Assert.Equal(2 * expectedOfOne, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    // Of a kind whose pace was expected, steps that have begun count by their own.
    [Fact]
    public void Remaining_KindThatTakesLongerThanExpected_GoesOnAtItsOwnPace()
    {
        _foreseen = [];
        _expected = new() { ["waiting"] = 1 / WorkOfOne };
        var (tracker, steps) = Begin(4);

        End(tracker, steps[0], seconds: 10);

        Assert.Equal(30, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    // As of scores between distillation and fine-tuning: they take longer than their work says.
    [Fact]
    public void Remaining_StepsOfASmallKindEnd_GoesDownByWhatTheyTake()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(30);
        var small = Enumerable.Range(1, 4).Select(i => new WaitingStep("sleeping") { Number = i }).ToList();
        tracker.Declared([.. small, .. Enumerable.Range(1, 20).Select(i => new WaitingStep("alone") { Number = i })]);
        foreach (var step in steps)
        {
            End(tracker, step, seconds: 10);
        }

        var left = new List<double>();
        foreach (var step in small)
        {
            End(tracker, step, seconds: 40);
            left.Add(_told[^1].Remaining!.Value.TotalSeconds);
        }

        Assert.Equal([320.0, 280.0, 240.0, 200.0], left.Select(seconds => Math.Round(seconds, 6)));
    }

    [Fact]
    public void Title_OfAStepWhoseNetworkHasAName_SaysIt()
    {
        var (tracker, steps) = Begin(1);
        _name = "random 1";

        tracker.Started(steps[0]);

        Assert.Equal(("wait 1 (random 1)", "wait 1 (random 1)"), (_told[^1].News!.Title, _told[^1].Running[0].Title));
    }

    [Fact]
    public void Until_IsAskedWheneverSomethingIsTold()
    {
        var (tracker, steps) = Begin(2);
        _until = "the next look";
        End(tracker, steps[0], seconds: 10);
        Assert.Equal("the next look", _told[^1].Until);

        _until = null;
        End(tracker, steps[1], seconds: 10);
        Assert.Null(_told[^1].Until);
    }

    [Theory]
    [InlineData("RanElsewhere")]
    [InlineData("NeedFailed")]
    [InlineData("WasThere")]
    public void Remaining_StepsThatOthersRan_AreNotTakenForFast(string how)
    {
        _foreseen = [];
        var (tracker, steps) = Begin(6);
        End(tracker, steps[0], seconds: 10);
        foreach (var step in steps[1..3])
        {
            tracker.Ended(step, Done(step), how == "WasThere" ? StepEnding.WasThere : how == "NeedFailed" ? StepEnding.NeedFailed : StepEnding.RanElsewhere);
        }

        End(tracker, steps[3], seconds: 10);

        Assert.Equal(20, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6); // two steps of ten seconds each
    }

    [Fact]
    public void Invalidated_StepThatWasThere_IsLeftAtThePaceOfThisRun()
    {
        _foreseen = [];
        var (tracker, steps) = Begin(4);
        tracker.Ended(steps[0], Done(steps[0]), StepEnding.WasThere);
        End(tracker, steps[1], seconds: 10);

        tracker.Invalidated(steps[0], "a file is gone", hadEnded: true);

        Assert.Equal(30, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6); // three steps of ten seconds each
        End(tracker, steps[0], seconds: 10);
        Assert.Equal(20, _told[^1].Remaining!.Value.TotalSeconds, tolerance: 1e-6);
    }

    [Theory]
    [InlineData(1, null)] // what the job gives says it
    [InlineData(2, "waited in vain")]
    public void Ended_ResultThatIsRemarkedUpon_IsToldWhereOthersBuildOnIt(int count, string? expected)
    {
        var (tracker, steps) = Begin(count);

        End(tracker, steps[0], seconds: 10);

        Assert.Equal(expected, _told[^1].News!.Remark);
    }

    [Fact]
    public void Ended_ResultThatTheJobRemarksUpon_IsToldWhereTheKindSaysNothing()
    {
        _remark = "predictions are off";
        var (tracker, steps) = Begin(2);
        var silent = new WaitingStep("quiet") { Number = 3 };
        tracker.Declared([silent]);

        End(tracker, silent, seconds: 10);
        Assert.Equal("predictions are off", _told[^1].News!.Remark);

        End(tracker, steps[0], seconds: 10);
        Assert.Equal("waited in vain", _told[^1].News!.Remark);
    }

    private (JobProgressTracker Tracker, List<WaitingStep> Steps) Begin(int count, double shareSpeed = 1)
    {
        var progress = new Told(_told.Add);
        var kinds = new StepKinds(
        [
            new WaitingKind("waiting"),
            new WaitingKind("sleeping"),
            new WaitingKind("alone", ThreadDemand.All),
            new WaitingKind("quiet", ThreadDemand.QuietMachine),
        ]);
        var tracker = new JobProgressTracker(
            kinds, new StepServices(), Foreseen, _ => _name, (_, _) => _remark, shareSpeed, _expected, () => _until, progress, _time);
        var steps = Enumerable.Range(1, count).Select(i => new WaitingStep("waiting") { Number = i }).ToList();
        tracker.Declared(steps);
        return (tracker, steps);

        IEnumerable<EstimatedStep> Foreseen() => _foreseen.Select(work => new EstimatedStep("waiting", ThreadDemand.Share, work));
    }

    // Percent by percent, that many seconds each.
    private void Progress(JobProgressTracker tracker, Step step, int from, int to, double seconds)
    {
        if (from == 0)
        {
            tracker.Started(step);
            tracker.Progressed([step], new(0, double.NaN));
        }

        for (int percent = from + 1; percent <= to; percent++)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            tracker.Progressed([step], new(percent / 100.0, double.NaN));
        }
    }

    private void End(JobProgressTracker tracker, Step step, double seconds)
    {
        tracker.Started(step);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        End(tracker, step);
    }

    private static void End(JobProgressTracker tracker, Step step) => tracker.Ended(step, Done(step), StepEnding.Ran);

    private static StoredStep Done(Step step) => new() { Key = step.Key, Kind = step.Kind, Specification = "", State = StepState.Done, Result = "{}" };

    private sealed class Told(Action<JobProgress> tell) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => tell(value);
    }

    private sealed record WaitingStep(string OfKind) : Step(OfKind, revision: 1)
    {
        public required int Number { get; init; }

        [JsonIgnore]
        public override string Title => Invariant($"wait {Number}");

        [JsonIgnore]
        public override IReadOnlyList<string> Needs => [];
    }

    private sealed record Waited;

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan time) => _now += time;
    }

    private sealed class WaitingKind(string name, ThreadDemand threads = ThreadDemand.Share) : StepKind<WaitingStep, Waited>
    {
        public override string Name => name;

        public override ThreadDemand Threads => threads;

        public override int Revision => 1;

        protected override double WorkOf(WaitingStep step, StepServices services) => WorkOfOne;

        protected override string Summarize(Waited result) => "";

        protected override string? RemarkOn(Waited result, StepServices services) => name == "quiet" ? null : "waited in vain";

        protected override void Run(IReadOnlyList<WaitingStep> steps, StepContext context) => Assert.Fail("Nothing is run here.");
    }
}
