using Graft.Measures;
using Graft.Operations;
using Graft.Runtime;
using Graft.Steps;

namespace Graft.Tests.Measures;

public sealed class LatencyComparisonTests
{
    // Load that comes and goes every five calls puts the medians of both anywhere between 2 and 12, and between 3 and 18.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 6)]
    [InlineData(1, 6)]
    [InlineData(6, 1)]
    public void Measure_AnyLoad_GivesTheSameChange(int load, int otherLoad)
    {
        var time = new CallTime(call => call / 5 % 2 == 0 ? load : otherLoad);

        var comparison = LatencyComparison.Measure(() => time.Run(2), () => time.Run(3), time, time);

        Assert.Equal(0.5, comparison.Change, tolerance: 1e-9);
    }

    // One call in nine is interrupted.
    [Fact]
    public void Measure_CallsThatAreInterrupted_CountForNothing()
    {
        var time = new CallTime(call => call % 9 == 0 ? 50 : 1);

        var comparison = LatencyComparison.Measure(() => time.Run(2), () => time.Run(1), time, time);

        Assert.Equal((2, 1, -0.5), (comparison.OwnMs, comparison.CandidateMs, comparison.Change));
    }

    // Whatever takes longer than a slice of the processor's time is interrupted in every call, what is shorter in some.
    [Fact]
    public void Measure_OthersHaveTheProcessorInBetween_CountsItsOwnTimeAlone()
    {
        var (time, processor) = (new CallTime(_ => 1), new CallTime(_ => 1));
        void Run(double ms, double waits)
        {
            processor.Run(ms);
            time.Run(ms + waits);
        }

        var comparison = LatencyComparison.Measure(() => Run(2, waits: 8), () => Run(1, waits: 0), time, processor);

        Assert.Equal((2, 1, -0.5), (comparison.OwnMs, comparison.CandidateMs, comparison.Change));
    }

    [Fact]
    public void ProcessorTime_ProcessComputes_GoesOn()
    {
        var clock = new ProcessorTime();
        long began = clock.GetTimestamp();
        long computed = 1;
        while (clock.GetTimestamp() == began)
        {
            computed = (computed * 31) % 1_000_003;
        }

        Assert.NotEqual(0, computed);
        Assert.True(clock.GetElapsedTime(began) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0.001, 4 + (4 * 101))]
    [InlineData(1000, 4 + (4 * 11))]
    public void Measure_SlowOperations_TakesFewerRounds(double ms, int calls)
    {
        var time = new CallTime(_ => 1);

        LatencyComparison.Measure(() => time.Run(ms), () => time.Run(ms), time, time);

        Assert.Equal(calls, time.Calls);
    }

    [Fact]
    public void ByName_ResultOfTheFirstRevision_GivesTheRatioOfItsMedians()
    {
        var old = new PredictorStepResult { Parameters = 1, MultiplyAccumulates = 1, LatencyMs = 3, TeacherLatencyMs = 2 };

        Assert.Equal(0.5, old.ByName()["latency"]);
        Assert.Equal(0.25, (old with { LatencyChange = 0.25 }).ByName()["latency"]);
    }

    [Theory]
    [InlineData("latency", null, false)] // milliseconds
    [InlineData("latency", "latency 2", false)] // on the clock
    [InlineData("latency", "latency 4", true)]
    [InlineData("latency", "latency 3", false)] // of several threads
    [InlineData("cka", null, true)]
    [InlineData("ofSomeoneElse", "x", true)]
    public void IsOfToday_Measure_IsOfTheSameQuantity(string measure, string? revision, bool expected)
    {
        var step = new MeasureStep
        {
            Data = "d",
            Network = "n",
            Precision = Precision.Float32,
            Teacher = "t",
            Candidate = new(1, "identity", null),
            Measure = measure,
            MeasureRevision = revision,
            Recipe = new(),
            HeldOut = new(),
        };

        Assert.Equal(expected, Graft.Jobs.Studies.StudyPrediction.IsOfToday(step));
    }

    /// <summary>A clock that goes on by what each call takes, times the load at it.</summary>
    private sealed class CallTime(Func<int, double> load) : TimeProvider
    {
        private long _now;

        public int Calls { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Run(double ms) => _now += (long)(ms * load(Calls++) * TimeSpan.TicksPerMillisecond);
    }
}
