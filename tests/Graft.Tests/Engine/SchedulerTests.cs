using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Tests.Engine;

/// <summary>The scheduler with steps that compute nothing, in memory and in this process.</summary>
public sealed class SchedulerTests : IDisposable
{
    private readonly MemoryWorkspace _workspace = new(TimeProvider.System);
    private readonly NumberKind _kind = new();
    private readonly StepKinds _kinds;
    private readonly Observer _observer = new();

    public SchedulerTests() => _kinds = new([_kind]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_Graph_RunsEachStepAfterWhatItNeeds()
    {
        var (a, b) = (new NumberStep { Value = 1 }, new NumberStep { Value = 2 });
        var sum = new NumberStep { Value = 10, After = [a.Key, b.Key] };

        await RunAsync(new Source([sum, a, b]));

        Assert.Equal(["1", "2", "10"], _observer.Started);
        Assert.Equal(13, ResultOf(sum));
    }

    [Fact]
    public async Task RunAsync_FailedNeed_FailsWhatStandsOnItAndLeavesTheRest()
    {
        var (bad, good) = (new NumberStep { Value = -1 }, new NumberStep { Value = 2 });
        var onBad = new NumberStep { Value = 3, After = [bad.Key] };
        var onThat = new NumberStep { Value = 4, After = [onBad.Key, good.Key] };

        await RunAsync(new Source([bad, good, onBad, onThat]));

        Assert.Equal(2, ResultOf(good));
        Assert.Equal("needs 'number -1', which failed: it is negative", _workspace.Steps.Find(onBad.Key)!.Error);
        Assert.Equal("needs 'number 3', which failed: needs 'number -1', which failed: it is negative", _workspace.Steps.Find(onThat.Key)!.Error);
        Assert.Equal(["-1", "2"], _observer.Started);
        Assert.Equal([("-1", StepEnding.Ran), ("3", StepEnding.NeedFailed), ("4", StepEnding.NeedFailed)], _observer.Ended.Where(e => e.Item1 != "2"));
    }

    [Fact]
    public async Task RunAsync_StepThatThrowsWhatNobodyForesaw_KeepsTypeAndTrace()
    {
        var step = new NumberStep { Value = 13 };

        await RunAsync(new Source([step]));

        Assert.Equal("NotSupportedException: thirteen", _workspace.Steps.Find(step.Key)!.Error);
        string trace = await File.ReadAllTextAsync(_workspace.PathOf(StepExecutor.TraceOf(step.Key)), Cancellation);
        Assert.StartsWith("System.NotSupportedException: thirteen", trace);
        Assert.Contains(nameof(NumberKind), trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_StepsThatBecomeKnownLater_AreRunToo()
    {
        var first = new NumberStep { Value = 1 };

        await RunAsync(new Growing(first, value => value < 4 ? new NumberStep { Value = value + 1 } : null));

        Assert.Equal(["1", "2", "3", "4"], _observer.Started);
    }

    [Fact]
    public async Task RunAsync_FinishedJob_RunsNothingAndTellsThatAllEnded()
    {
        var steps = new[] { new NumberStep { Value = 1 }, new NumberStep { Value = 2 } };
        await RunAsync(new Source(steps));
        _observer.Started.Clear();
        _observer.Ended.Clear();

        await RunAsync(new Source(steps));

        Assert.Empty(_observer.Started);
        Assert.Equal([("1", StepEnding.WasThere), ("2", StepEnding.WasThere)], _observer.Ended);
    }

    [Fact]
    public async Task RunAsync_StepThatAnotherHolds_IsNamedOnceAndTakenOverWhenItIsFree()
    {
        var step = new NumberStep { Value = 1 };
        var held = _workspace.TryLock(step.Key)!;
        var run = RunAsync(new Source([step]));
        await _observer.Waits.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.False(run.IsCompleted);

        held.Dispose();
        await run;

        Assert.Equal(1, _observer.Waiting);
        Assert.Equal(1, ResultOf(step));
    }

    [Fact]
    public async Task RunAsync_StepThatAnotherFinishes_IsNotRunAgain()
    {
        var step = new NumberStep { Value = 1 };
        using var held = _workspace.TryLock(step.Key)!;
        var run = RunAsync(new Source([step]));
        await _observer.Waits.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        _workspace.Steps.Complete(step.Key, StepResults.ToJson(new NumberResult(42)), 0);
        await run;

        Assert.Equal(42, ResultOf(step));
    }

    [Fact]
    public async Task RunAsync_FailedStepThatAnotherResetsBeforeItsBatchEnds_IsRunAgain()
    {
        var (bad, good) = (new NumberStep { Value = -1, Group = "g" }, new NumberStep { Value = 2, Group = "g" });

        await RunAsync(new Source([bad, good]), inner => new Resetting(inner, () => _workspace.Steps.ResetFailed([bad.Key])));

        Assert.Equal(["-1", "2", "-1"], _observer.Started);
        Assert.Equal([("2", StepEnding.Ran), ("-1", StepEnding.Ran)], _observer.Ended);
        Assert.Equal(StepState.Failed, _workspace.Steps.Find(bad.Key)!.State);
    }

    [Fact]
    public async Task RunAsync_FilesOfANeededResultAreGone_MakesItAgain()
    {
        var first = new NumberStep { Value = 1, File = true };
        var other = new NumberStep { Value = 7, File = true };
        await RunAsync(new Source([first, other]));
        File.WriteAllText(_workspace.PathOf("number-1.txt"), "something else");
        File.Delete(_workspace.PathOf("number-7.txt"));
        _observer.Started.Clear();

        await RunAsync(new Source([first, other, new NumberStep { Value = 2, After = [first.Key] }]));

        Assert.Equal(["1", "2"], _observer.Started); // nothing needs the other
        Assert.Equal("1", await File.ReadAllTextAsync(_workspace.PathOf("number-1.txt"), Cancellation));
    }

    [Fact]
    public async Task RunAsync_NeedMadeAgainWithOtherBits_MakesWhatStandsOnItAgain()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var candidate = new NumberStep { Value = 2, File = true, After = [teacher.Key] };
        var trial = new NumberStep { Value = 3, After = [candidate.Key] };
        var unrelated = new NumberStep { Value = 4, File = true };
        await RunAsync(new Source([teacher, candidate, trial, unrelated]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _kind.Machine = " of another machine";
        _observer.Started.Clear();

        await RunAsync(new Source([teacher, candidate, trial, unrelated, new NumberStep { Value = 5, After = [teacher.Key] }]));

        Assert.Equal(["1", "2", "3", "5"], _observer.Started);
        Assert.Equal(
            [
                (1, $"{_workspace.PathOf("number-1.txt")} is gone"),
                (2, "'number 1', which it stands on, was made again and is not what it was"),
                (3, "'number 2', which it stands on, was made again and is not what it was"),
            ],
            _observer.Invalidated);
    }

    [Fact]
    public async Task RunAsync_NeedMadeAgainWithTheSameBits_LeavesWhatStandsOnIt()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var trial = new NumberStep { Value = 2, After = [teacher.Key] };
        await RunAsync(new Source([teacher, trial]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _observer.Started.Clear();

        await RunAsync(new Source([teacher, trial, new NumberStep { Value = 3, After = [teacher.Key] }]));

        Assert.Equal(["1", "3"], _observer.Started);
    }

    [Fact]
    public async Task RunAsync_NeedOfOtherBitsSinceAnotherJob_MakesWhatStandsOnItAgain()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var trial = new NumberStep { Value = 2, After = [teacher.Key] };
        await RunAsync(new Source([teacher, trial]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _kind.Machine = " of another machine";
        await RunAsync(new Source([teacher, new NumberStep { Value = 3, After = [teacher.Key] }]));
        _observer.Started.Clear();

        await RunAsync(new Source([teacher, trial]));

        Assert.Equal(["2"], _observer.Started);
    }

    [Fact]
    public async Task RunAsync_NeedOfANeedIsMadeAgain_WhatIsLeftWaitsForBoth()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var candidate = new NumberStep { Value = 2, File = true, After = [teacher.Key] };
        await RunAsync(new Source([teacher, candidate]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _kind.Machine = " of another machine";
        _observer.Started.Clear();

        // 3 needs the candidate alone, whose file is sound; 4 has the teacher made again
        var (onCandidate, onTeacher) = (new NumberStep { Value = 3, After = [candidate.Key] }, new NumberStep { Value = 4, After = [teacher.Key] });
        await RunAsync(new Source([teacher, candidate, onCandidate, onTeacher]));

        Assert.Equal(["1", "2", "3", "4"], _observer.Started);
    }

    [Fact]
    public async Task RunAsync_NeedThatCannotBeMadeAgain_FailsWhatIsLeftAndLeavesWhatStands()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var candidate = new NumberStep { Value = 2, File = true, After = [teacher.Key] };
        await RunAsync(new Source([teacher, candidate]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _kind.FailsAt = 1;
        var (onCandidate, onTeacher) = (new NumberStep { Value = 3, After = [candidate.Key] }, new NumberStep { Value = 4, After = [teacher.Key] });

        await RunAsync(new Source([teacher, candidate, onCandidate, onTeacher]));

        Assert.Equal([StepState.Failed, StepState.Done, StepState.Done, StepState.Failed],
            new[] { teacher, candidate, onCandidate, onTeacher }.Select(s => _workspace.Steps.Find(s.Key)!.State));
    }

    [Fact]
    public async Task RunAsync_NeedWithoutFilesGivesAnotherResult_MakesWhatStandsOnItAgain()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var score = new NumberStep { Value = 2, After = [teacher.Key], IsOfMachine = true };
        var selection = new NumberStep { Value = 3, After = [score.Key] };
        await RunAsync(new Source([teacher, score, selection]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _kind.Machine = " of another machine";
        _observer.Started.Clear();

        await RunAsync(new Source([teacher, score, selection, new NumberStep { Value = 4, After = [teacher.Key] }]));

        Assert.Equal(["1", "2", "3", "4"], _observer.Started);
    }

    [Fact]
    public async Task RunAsync_AnotherProcessMakesADependentAgain_IsWaitedFor()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        var candidate = new NumberStep { Value = 2, File = true, After = [teacher.Key] };
        await RunAsync(new Source([teacher, candidate]));
        File.Delete(_workspace.PathOf("number-1.txt"));
        _kind.Machine = " of another machine";
        IDisposable? held = null;
        var trial = new NumberStep { Value = 3, After = [candidate.Key, teacher.Key] };
        var run = RunAsync(
            new Source([teacher, candidate, trial]),
            inner => new Resetting(inner, () =>
            {
                // before this process hears that the teacher has ended, another one has begun with the candidate
                held = _workspace.TryLock(candidate.Key);
                _workspace.Steps.Invalidate(candidate.Key);
                _workspace.Steps.MarkRunning(candidate.Key, "{}", "another process");
                _workspace.Steps.SaveInputs(candidate.Key, []);
            }));
        await _observer.Waits.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        _workspace.Steps.Complete(candidate.Key, StepResults.ToJson(new NumberResult(42)), 0);
        held!.Dispose();
        await run;

        Assert.Equal(3 + 42 + 1, ResultOf(trial));
        Assert.Contains((2, "another process makes it again"), _observer.Invalidated);
    }

    [Fact]
    public async Task RunAsync_ResultThatHadEndedIsMadeAgain_RestartsTheSource()
    {
        var teacher = new NumberStep { Value = 1, File = true };
        await RunAsync(new Growing(teacher, value => value < 3 ? new NumberStep { Value = value + 1, After = [teacher.Key] } : null));
        File.Delete(_workspace.PathOf("number-1.txt"));
        var source = new Growing(teacher, value => value < 5 ? new NumberStep { Value = value + 1, After = [teacher.Key] } : null);

        await RunAsync(source);

        Assert.True(source.Restarts > 0);
        Assert.Equal(StepState.Done, _workspace.Steps.Find(teacher.Key)!.State);
    }

    [Fact]
    public async Task RunAsync_StepsOfOneGroup_RunTogether()
    {
        var steps = Enumerable.Range(1, 5).Select(i => new NumberStep { Value = i, Group = "g" }).ToList();

        await RunAsync(new Source(steps));

        Assert.Equal([3, 2], NumberKind.Batches(_workspace, steps));
    }

    [Fact]
    public async Task RunAsync_NeedThatNobodyNames_SaysSo()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new Source([new NumberStep { Value = 1, After = ["unknown"] }])));

        Assert.Equal("'number 1' needs steps that the job does not name: unknown.", error.Message);
    }

    [Fact]
    public void ChangedSince_AfterChanges_GivesThoseAlone()
    {
        _workspace.Steps.Declare([("a", "number", "{}"), ("b", "number", "{}")]);
        long before = _workspace.Steps.Sequence;

        _workspace.Steps.MarkRunning("b", "{}", "a process");

        Assert.Equal("b", Assert.Single(_workspace.Steps.ChangedSince(before)).Key);
        Assert.Equal((StepState.Running, "a process"), (_workspace.Steps.Find("b")!.State, _workspace.Steps.Find("b")!.Holder));
    }

    [Fact]
    public void Run_BrokenOff_ShowsTheStepAsInterruptedAtOnce()
    {
        var (done, broken) = (new NumberStep { Value = 1, Group = "g" }, new NumberStep { Value = NumberKind.BreaksOff, Group = "g" });
        _workspace.Steps.Declare(new[] { done, broken }.Select(s => (s.Key, s.Kind, s.ToJson())));
        var executor = new StepExecutor(_workspace, _kinds, new StepServices(), Environment, TimeProvider.System);
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => executor.Run([done.Key, broken.Key], threads: 1, cancellation: source.Token));

        Assert.Equal(StepState.Done, _workspace.Steps.Find(done.Key)!.State);
        Assert.Equal(StepState.Interrupted, _workspace.Steps.Find(broken.Key)!.State);
    }

    public void Dispose() => _workspace.Dispose();

    private int ResultOf(Step step) => StepResults.FromJson<NumberResult>(_workspace.Steps.Find(step.Key)!.Result!).Value;

    private async Task RunAsync(IStepSource source, Func<IExecutor, IExecutor>? around = null)
    {
        var services = new StepServices();
        await using var inner = new InProcessExecutor(new StepExecutor(_workspace, _kinds, services, Environment, TimeProvider.System), new(1, 1, 1));
        var executor = around?.Invoke(inner) ?? inner;
        await new Scheduler(_workspace, _kinds, services, executor, _observer, TimeProvider.System).RunAsync(source, Cancellation);
    }

    private static RunEnvironment Environment() => new() { Machine = "a test's machine", Versions = new Dictionary<string, string>(), Device = "cpu" };

    private sealed record NumberStep() : Step("number", revision: 1)
    {
        public required int Value { get; init; }

        public IReadOnlyList<string> After { get; init; } = [];

        public string? Group { get; init; }

        public bool File { get; init; }

        /// <summary>Whether the machine shows in its result.</summary>
        public bool IsOfMachine { get; init; }

        [JsonIgnore]
        public override string Title => Invariant($"number {Value}");

        [JsonIgnore]
        public override IReadOnlyList<string> Needs => After;
    }

    private sealed record NumberResult(int Value, string? Batch = null, string? File = null)
    {
        public string? Machine { get; init; }
    }

    private sealed class NumberKind : StepKind<NumberStep, NumberResult>
    {
        /// <summary>The value of a step that goes on until it is cancelled.</summary>
        public const int BreaksOff = 99;

        /// <summary>What this machine writes into files beside the value.</summary>
        public string Machine { get; set; } = "";

        /// <summary>The value of a step that fails.</summary>
        public int? FailsAt { get; set; }

        public override string Name => "number";

        public override int Revision => 1;

        public static IEnumerable<int> Batches(MemoryWorkspace workspace, IEnumerable<NumberStep> steps) =>
            steps.GroupBy(s => StepResults.FromJson<NumberResult>(workspace.Steps.Find(s.Key)!.Result!).Batch).Select(g => g.Count());

        protected override object? GroupOf(NumberStep step) => step.Group;

        protected override IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<NumberStep> group, StepServices services) => group.Chunk(3);

        protected override double WorkOf(NumberStep step, StepServices services) => 1;

        protected override string Summarize(NumberResult result) => Invariant($"{result.Value}");

        protected override IReadOnlyList<string> ArtifactsOf(NumberResult result) => result.File is { } file ? [file] : [];

        protected override void Run(IReadOnlyList<NumberStep> steps, StepContext context)
        {
            string batch = steps[0].Key;
            foreach (var step in steps)
            {
                if (step.Value == 13)
                {
                    throw new NotSupportedException("thirteen\nand more");
                }

                if (step.Value < 0 || step.Value == FailsAt)
                {
                    context.Fail(step, "it is negative");
                    continue;
                }

                if (step.Value == BreaksOff)
                {
                    context.Cancellation.WaitHandle.WaitOne();
                    context.Cancellation.ThrowIfCancellationRequested();
                }

                string? file = step.File ? Invariant($"number-{step.Value}.txt") : null;
                if (file is not null)
                {
                    System.IO.File.WriteAllText(context.PathOf(file), Invariant($"{step.Value}{Machine}"));
                }

                int sum = step.Value + step.After.Sum(key => context.ResultOf<NumberResult>(key).Value);
                context.Complete(step, new NumberResult(sum, batch, file) { Machine = step.IsOfMachine ? Machine : null });
            }
        }
    }

    private sealed class Source(IReadOnlyList<Step> steps) : IStepSource
    {
        public IReadOnlyList<Step> Steps(IStepResults results) => steps;
    }

    /// <summary>Names a further step for each that is done.</summary>
    private sealed class Growing(NumberStep first, Func<int, NumberStep?> next) : IStepSource
    {
        private readonly List<NumberStep> _known = [first];

        public int Restarts { get; private set; }

        public IReadOnlyList<Step> Steps(IStepResults results)
        {
            if (results.Find<NumberResult>(_known[^1].Key) is { } last && next(last.Value) is { } following)
            {
                _known.Add(following);
            }

            return _known;
        }

        public void Restart()
        {
            Restarts++;
            _known.RemoveRange(1, _known.Count - 1);
        }
    }

    /// <summary>Does something once, between the end of the first batch and the news of it.</summary>
    private sealed class Resetting(IExecutor executor, Action reset) : IExecutor
    {
        private Action _reset = reset;

        public bool HasRoomFor(ThreadDemand demand) => executor.HasRoomFor(demand);

        public void Submit(StepBatch batch) => executor.Submit(batch);

        public async ValueTask<ExecutorEvent> NextAsync(CancellationToken cancellation)
        {
            var news = await executor.NextAsync(cancellation);
            if (news is BatchEnded)
            {
                _reset();
                _reset = () => { };
            }

            return news;
        }

        public ValueTask CancelAsync() => executor.CancelAsync();

        public ValueTask DisposeAsync() => executor.DisposeAsync();
    }

    private sealed class Observer : IStepObserver
    {
        public List<string> Started { get; } = [];

        public List<(string, StepEnding)> Ended { get; } = [];

        public int Waiting { get; private set; }

        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        void IStepObserver.Declared(IReadOnlyList<Step> steps) => Assert.NotEmpty(steps);

        void IStepObserver.Started(Step step) => Started.Add(Invariant($"{((NumberStep)step).Value}"));

        void IStepObserver.Progressed(IReadOnlyList<Step> steps, StepProgress progress) => Assert.InRange(progress.Fraction, 0, 1);

        void IStepObserver.Waiting(Step step, StoredStep stored)
        {
            Waiting++;
            Waits.TrySetResult();
        }

        public List<(int Value, string Fault)> Invalidated { get; } = [];

        void IStepObserver.Invalidated(Step step, string fault, bool hadEnded) => Invalidated.Add((((NumberStep)step).Value, fault));

        void IStepObserver.Ended(Step step, StoredStep stored, StepEnding how) => Ended.Add((Invariant($"{((NumberStep)step).Value}"), how));
    }
}
