using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Tests.Engine;

/// <summary>How the time of an attempt is shared among the steps of a batch.</summary>
public sealed class StepContextTests : IDisposable
{
    private readonly Clock _time = new();
    private readonly MemoryWorkspace _workspace;
    private readonly TimedStep[] _steps = [.. Enumerable.Range(0, 4).Select(i => new TimedStep { Number = i })];
    private readonly StepContext _context;

    public StepContextTests()
    {
        _workspace = new(_time);
        _workspace.Steps.Declare(_steps.Select(s => (s.Key, s.Kind, s.ToJson())));
        foreach (var step in _steps)
        {
            _workspace.Steps.MarkRunning(step.Key, "{}", "a process");
        }

        _context = new(_workspace, new([new TimedKind()]), new StepServices(), _steps, 1, _time, _ => { }, () => false, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Complete_OneAfterAnother_SecondsSumToTheTimeOfTheBatch()
    {
        foreach (var step in _steps)
        {
            _time.Advance(seconds: 8);
            _context.Complete(step, new Timed());
        }

        Assert.Equal([2, 10, 10, 10], Seconds()); // the first's is shared, as it may have prepared the others
    }

    [Fact]
    public void Complete_AllAtTheEnd_SharesEqually()
    {
        _time.Advance(seconds: 8);
        foreach (var step in _steps[..3])
        {
            _context.Complete(step, new Timed());
        }

        _context.Fail(_steps[3], "no luck");

        Assert.Equal([2, 2, 2, 2], Seconds());
    }

    [Fact]
    public void BreakOff_AfterSomeHaveEnded_SharesTheRestAmongThoseLeft()
    {
        _time.Advance(seconds: 8);
        _context.Complete(_steps[0], new Timed());
        _time.Advance(seconds: 5);
        _context.Complete(_steps[1], new Timed());
        _time.Advance(seconds: 6);

        _context.BreakOff();

        Assert.Equal([2, 7, 5, 5], Seconds());
    }

    [Fact]
    public void Complete_AfterWaitingForATurn_CountsWhatWasComputed()
    {
        _time.Advance(seconds: 8);
        _context.Complete(_steps[0], new Timed());
        _time.Advance(seconds: 100);
        _context.Waited(TimeSpan.FromSeconds(97));
        _context.Complete(_steps[1], new Timed());
        _time.Advance(seconds: 6);

        _context.BreakOff();

        Assert.Equal([2, 5, 5, 5], Seconds());
    }

    [Fact]
    public void BreakOff_BeforeAnyHasEnded_SharesEqually()
    {
        _time.Advance(seconds: 8);

        _context.BreakOff();

        Assert.Equal([2, 2, 2, 2], Seconds());
    }

    public void Dispose() => _workspace.Dispose();

    private IEnumerable<double> Seconds() => _steps.Select(s => _workspace.Steps.Find(s.Key)!.Seconds);

    private sealed record TimedStep() : Step("timed", revision: 1)
    {
        public required int Number { get; init; }

        [JsonIgnore]
        public override string Title => Invariant($"time {Number}");

        [JsonIgnore]
        public override IReadOnlyList<string> Needs => [];
    }

    private sealed record Timed;

    private sealed class TimedKind : StepKind<TimedStep, Timed>
    {
        public override string Name => "timed";

        public override int Revision => 1;

        protected override double WorkOf(TimedStep step, StepServices services) => 1;

        protected override string Summarize(Timed result) => "";

        protected override void Run(IReadOnlyList<TimedStep> steps, StepContext context) => Assert.Fail("Nothing is run here.");
    }

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(int seconds) => _now += TimeSpan.FromSeconds(seconds);
    }
}
