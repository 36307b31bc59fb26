using Graft.Cli.Views;
using Graft.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace Graft.Cli.Tests.Views;

public sealed class JobProgressViewTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new(), _error = new();

    [Fact]
    public async Task Report_NothingEndsForAMinute_SaysWhatRunsAndWhatIsLeft()
    {
        await using var lines = new JobProgressLines(new Terminal(_output, _error), _time);
        lines.Report(Running(0.25));
        _time.Advance(TimeSpan.FromSeconds(59));
        lines.Report(Running(0.5));
        Assert.Equal("", _error.ToString());

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("[1/3] train wrn-10-1 50 %; about 2 min left", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Report_StepsSayNothingForMinutes_ALineAMinuteWithoutATimeThatIsNotKnown()
    {
        await using var lines = new JobProgressLines(new Terminal(_output, _error), _time);
        lines.Report(Running(0.25));

        for (int quarter = 0; quarter < 12; quarter++) // of a minute
        {
            _time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(["[1/3] train wrn-10-1 25 %", "[1/3] train wrn-10-1 25 %", "[1/3] train wrn-10-1 25 %"], _error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Bars_StepsOfOneTitle_HaveABarEach()
    {
        await using var bars = new JobProgressBars(new Terminal(_output, _error), "study");

        var both = Running(0.25) with
        {
            Running = [new("a", "fine-tuning", "fine-tune 11 swaps", 0.5), new("b", "fine-tuning", "fine-tune 11 swaps", 0.6)],
        };

        bars.Report(both);
        Assert.Equal(2, bars.Count);

        bars.Report(both with { Running = [both.Running[1] with { Fraction = 0.7 }] });
        Assert.Equal(1, bars.Count);
    }

    [Fact]
    public async Task Bars_ResultThatIsMadeAgain_IsSaidAtOnceAndOnce()
    {
        const string Note = "note: distil a: to be made again, as its file is gone";
        await using (var bars = new JobProgressBars(new Terminal(_output, _error), "study"))
        {
            bars.Report(Running(0.25) with { News = new("a", "distillation", "distil a", StepEvent.Invalidated, "its file is gone", 0) });
            Assert.Contains(Note, _error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(2, _error.ToString().Split(Note).Length);
    }

    [Fact]
    public async Task Report_StepsThatRunTogether_AreOne()
    {
        await using var lines = new JobProgressLines(new Terminal(_output, _error), _time);
        lines.Report(Running(0.25) with
        {
            Running = [new("a", "distillation", "distil a", 0.5), new("b", "distillation", "distil b", 0.5), new("c", "teacher", "train c", 0.1)],
        });

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("[1/3] distillation (2: distil a and distil b) 50 %, train c 10 %", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Report_BatchesOfAsManySteps_SayWhichTheyAre()
    {
        await using var lines = new JobProgressLines(new Terminal(_output, _error), _time);
        lines.Report(Running(0.25) with
        {
            Running = [.. "abcdef".Select(step => new RunningStep($"{step}", "distillation", $"distil {step}", step < 'd' ? 0.5 : 0.6))],
        });

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(
            "[1/3] distillation (3: distil a … distil c) 50 %, distillation (3: distil d … distil f) 60 %", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Report_ManyStepsOfAKindAreHeldByAnother_OneLine()
    {
        await using var lines = new JobProgressLines(new Terminal(_output, _error), _time);
        foreach (string step in (string[])["a", "b", "c"])
        {
            lines.Report(Running(0.25) with { News = new(step, "distillation", $"distil {step}", StepEvent.Waiting, "another process", 0) });
        }

        Assert.Equal("[1/3] distil a: waiting, another process holds it; about 2 min left", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Report_ResultThatIsRemarkedUpon_IsSaidAtOnce()
    {
        var ended = new StepNews("a", "import", "teacher", StepEvent.Done, "10.00 %", 3, "guessing gives 10.00 %.");
        await using var lines = new JobProgressLines(new Terminal(_output, _error), _time);

        lines.Report(Running(0.25) with { News = ended });

        Assert.Equal(
            ["[1/3] teacher: 10.00 % (3 s); about 2 min left", "note: teacher: 10.00 %; guessing gives 10.00 %."],
            _error.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task Bars_ResultThatIsRemarkedUpon_IsSaidBeforeTheyAreGone()
    {
        await using var bars = new JobProgressBars(new Terminal(_output, _error), "study");

        bars.Report(Running(0.25) with { News = new("a", "import", "teacher", StepEvent.Done, "10.00 %", 3, "guessing gives 10.00 %.") });

        Assert.Contains("note: teacher: 10.00 %; guessing gives 10.00 %.", _error.ToString());
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private static JobProgress Running(double fraction) => new()
    {
        Fraction = fraction,
        Ended = 1,
        Steps = 3,
        Remaining = TimeSpan.FromMinutes(2),
        Running = [new("key", "teacher", "train wrn-10-1", fraction)],
    };
}
