using Graft.Analysis;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Engine.Postgres;
using Graft.Tests.Engine.Postgres;

namespace Graft.Tests.Engine.Local;

/// <summary>What every record of steps does, whatever database it is in.</summary>
public abstract class StepRecordTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly IWorkspace _workspace;

    protected StepRecordTests() => _workspace = Open();

    protected string Directory => _directory.Path;

    private IStepRecord Steps => _workspace.Steps;

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Declare_NewStep_IsPending()
    {
        Declare("a");

        Assert.Equal(new StoredStep { Key = "a", Kind = "trial", Specification = """{"seed":1}""", State = StepState.Pending, Sequence = 1 }, Steps.Find("a"));
    }

    [Fact]
    public void Declare_KnownStep_ChangesNothing()
    {
        Declare("a");
        Steps.Complete("a", "{}", seconds: 1);

        Steps.Declare([("a", "other", "{}"), ("b", "trial", "{}")]);

        Assert.Equal(("trial", StepState.Done), (Steps.Find("a")!.Kind, Steps.Find("a")!.State));
        Assert.NotNull(Steps.Find("b"));
    }

    [Fact]
    public void Find_UnknownKey_IsNull() => Assert.Null(Steps.Find("a"));

    [Fact]
    public void FindAll_MoreKeysThanAStatementTakes_FindsThoseThatExist()
    {
        var keys = Enumerable.Range(0, 1201).Select(i => $"k{i}").ToArray();
        Declare(keys);

        var found = Steps.FindAll([.. keys, "unknown", "k0"]);

        Assert.Equal(keys.Order(), found.Keys.Order());
    }

    [Fact]
    public void List_StartedAndPending_InTheOrderOfTheirStart()
    {
        Declare("a", "b", "c", "d");
        foreach (var key in new[] { "c", "b" })
        {
            Steps.MarkRunning(key, "{}", "a process");
            _time.Now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal(["c", "b", "a", "d"], Steps.List().Select(step => step.Key));
    }

    [Fact]
    public void MarkRunning_SecondAttempt_KeepsTheFirstStart()
    {
        Declare("a");
        var start = _time.Now;
        Steps.MarkRunning("a", """{"threads":1}""", "a process");
        Steps.Fail("a", "diverged", seconds: 2);
        _time.Now += TimeSpan.FromHours(1);

        Assert.True(Steps.MarkRunning("a", """{"threads":2}""", "a process"));

        var step = Steps.Find("a")!;
        Assert.Equal((StepState.Running, 2, start), (step.State, step.Attempts, step.Started));
        Assert.Equal(("""{"threads":2}""", null, null), (step.Environment, step.Error, step.Finished));
    }

    [Fact]
    public void Complete_AfterAFailedAttempt_AddsUpTheSeconds()
    {
        Declare("a");
        Steps.MarkRunning("a", "{}", "a process");
        Steps.Fail("a", "disk full", seconds: 2.5);
        Steps.MarkRunning("a", "{}", "a process");
        _time.Now += TimeSpan.FromMinutes(1);

        Assert.True(Steps.Complete("a", """{"accuracy":0.5}""", seconds: 4));

        var step = Steps.Find("a")!;
        Assert.Equal((StepState.Done, """{"accuracy":0.5}""", 6.5), (step.State, step.Result, step.Seconds));
        Assert.Equal((_time.Now, null), (step.Finished, step.Error));
    }

    [Fact]
    public void Complete_Twice_KeepsTheFirst()
    {
        Declare("a");
        var first = TestOutcome.FromPredictions([1, 2], [1, 1]);
        Steps.Complete("a", "1", seconds: 1, first);

        Assert.False(Steps.Complete("a", "2", seconds: 1, TestOutcome.FromPredictions([1, 1], [1, 1])));

        Assert.Equal(("1", 1), (Steps.Find("a")!.Result, Steps.Find("a")!.Seconds));
        Assert.Equal(first, Steps.Outcome("a"));
    }

    [Fact]
    public void DoneStep_WhateverIsRecordedLater_StaysAsItIs()
    {
        Declare("a");
        Steps.SaveEpoch("a", Epoch(1, 0.5));
        Steps.Complete("a", "1", seconds: 1);
        var done = Steps.Find("a");

        Assert.False(Steps.MarkRunning("a", "{}", "a process"));
        Assert.False(Steps.Fail("a", "late", seconds: 1));
        Assert.False(Steps.SaveEpoch("a", Epoch(1, 0.9)));
        Assert.False(Steps.SaveLossPoints("a", [new(1, 1)]));
        Assert.Equal(0, Steps.ResetFailed(["a"]));

        Assert.Equal(done, Steps.Find("a"));
        Assert.Equal([Epoch(1, 0.5)], Steps.Histories(["a"])["a"]);
        Assert.Empty(Steps.LossPoints(["a"])["a"]);
    }

    [Fact]
    public void Fail_RunningStep_KeepsTheError()
    {
        Declare("a");
        Steps.MarkRunning("a", "{}", "a process");

        Steps.Fail("a", "loss is NaN", seconds: 3);

        var step = Steps.Find("a")!;
        Assert.Equal((StepState.Failed, "loss is NaN", 3, _time.Now), (step.State, step.Error, step.Seconds, step.Finished));
    }

    [Fact]
    public void ResetFailed_MixedSteps_ResetsTheFailedOnly()
    {
        Declare("failed", "running", "pending");
        Steps.Fail("failed", "no", seconds: 1);
        Steps.MarkRunning("running", "{}", "a process");

        Assert.Equal(1, Steps.ResetFailed(["failed", "running", "pending", "unknown"]));

        Assert.Equal((StepState.Pending, null), (Steps.Find("failed")!.State, Steps.Find("failed")!.Error));
        Assert.Equal(StepState.Running, Steps.Find("running")!.State);
    }

    [Fact]
    public void Inputs_OfTheLastAttempt_AreKeptOnceItIsDone()
    {
        Declare("trial");
        StepInput[] inputs = [new("data", "3"), new("teacher", "12")];
        Assert.True(Steps.SaveInputs("trial", [new("teacher", "of an attempt before")]));
        Assert.True(Steps.SaveInputs("trial", inputs));
        Steps.Complete("trial", "{}", seconds: 1);

        Assert.False(Steps.SaveInputs("trial", []));
        Assert.Equal(inputs, Steps.Inputs(["trial"])["trial"]);
        Assert.Empty(Steps.Inputs(["other"])["other"]);
    }

    [Fact]
    public void Digests_SameResultOfOtherFiles_Differ()
    {
        Declare("a");
        Declare("b");
        Declare("c");
        Steps.Complete("a", """{"seconds":1}""", seconds: 1, artifacts: [new("y", "2"), new("x", "1")]);
        Steps.Complete("b", """{"loss":1}""", seconds: 1);
        var first = Steps.Digests(["a", "b", "c"]);
        Steps.Invalidate("a");
        Steps.Invalidate("b");
        Assert.Empty(Steps.Digests(["a", "b", "c"])); // it is not known yet what comes of them
        Steps.Complete("a", """{"seconds":2}""", seconds: 1, artifacts: [new("x", "1"), new("y", "2")]);
        Steps.Complete("b", """{"loss":2}""", seconds: 1);

        var second = Steps.Digests(["a", "b", "c"]);

        Assert.Equal(["a", "b"], first.Keys.Order());
        Assert.Equal(first["a"], second["a"]);
        Assert.NotEqual(first["b"], second["b"]);
        Steps.Invalidate("a");
        Steps.Complete("a", """{"seconds":2}""", seconds: 1, artifacts: [new("x", "1"), new("y", "other bits")]);
        Assert.NotEqual(first["a"], Steps.Digests(["a"])["a"]);
    }

    [Fact]
    public void Invalidate_ResultOfALaterAttempt_IsLeftAlone()
    {
        Declare("a");
        Steps.MarkRunning("a", "{}", "one");
        Steps.Invalidate("a"); // it is not done
        Assert.Equal(StepState.Running, Steps.Find("a")!.State);
        Steps.Complete("a", "{}", seconds: 1, artifacts: [new("x", "1")]);

        Steps.Invalidate("a", attempts: 7);
        Assert.Equal((StepState.Done, 1), (Steps.Find("a")!.State, Steps.Artifacts("a").Count));
        Steps.Invalidate("a", attempts: 1);

        Assert.Equal((StepState.Pending, 0), (Steps.Find("a")!.State, Steps.Artifacts("a").Count));
    }

    [Fact]
    public void MarkRunning_UndeclaredStep_Throws() => Assert.Throws<ArgumentException>(() => Steps.MarkRunning("a", "{}", "a process"));

    [Fact]
    public void SaveEpoch_SameEpochAgain_ReplacesIt()
    {
        Declare("a");
        Steps.SaveEpoch("a", Epoch(2, 0.4));
        Steps.SaveEpoch("a", Epoch(1, 0.3));

        Assert.True(Steps.SaveEpoch("a", Epoch(2, 0.5)));

        Assert.Equal([Epoch(1, 0.3), Epoch(2, 0.5)], Steps.Histories(["a"])["a"]);
    }

    [Fact]
    public void SaveEpoch_DivergedAndNothingHeldOut_ComesBackEqual()
    {
        Declare("a");
        var epochs = new[]
        {
            Epoch(1, 0.5) with { HeldOutAccuracy = null, TrainingLoss = double.NaN },
            Epoch(2, 0.5),
            Epoch(3, 0.5) with { TrainingLoss = double.PositiveInfinity },
        };
        foreach (var epoch in epochs)
        {
            Steps.SaveEpoch("a", epoch);
        }

        Assert.Equal(epochs, Steps.Histories(["a"])["a"]);
    }

    [Fact]
    public void Histories_StepWithoutEpochs_IsEmpty()
    {
        Declare("a");

        Assert.Empty(Steps.Histories(["a"])["a"]);
    }

    [Fact]
    public void SaveLossPoints_SecondCurve_ReplacesTheFirst()
    {
        Declare("a", "b");
        Steps.SaveLossPoints("a", [new(128, 1), new(256, 0.5), new(384, 0.25)]);
        Steps.SaveLossPoints("b", [new(10, 7)]);

        Steps.SaveLossPoints("a", [new(128, 0.75), new(256, double.NaN)]);

        var curves = Steps.LossPoints(["a", "b"]);
        Assert.Equal([new(128, 0.75), new(256, double.NaN)], curves["a"]);
        Assert.Equal([new(10, 7)], curves["b"]);
    }

    [Fact]
    public void Outcome_StepWithoutTest_IsNull()
    {
        Declare("a");
        Steps.Complete("a", "{}", seconds: 1);

        Assert.Null(Steps.Outcome("a"));
    }

    [Fact]
    public async Task Complete_ManyThreadsOfTwoWorkspaces_StoresEachStepOnce()
    {
        using var other = Open();
        var keys = Enumerable.Range(0, 10).Select(i => $"k{i}").ToArray();

        var stored = await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            var steps = (worker % 2 == 0 ? _workspace : other).Steps;
            steps.Declare(keys.Select(key => (key, "trial", "{}")));
            return keys.Count(key =>
            {
                steps.SaveEpoch(key, Epoch(1, 0.5));
                return steps.Complete(key, $"{worker}", seconds: 1, TestOutcome.FromPredictions([worker], [0]));
            });
        })));

        Assert.Equal(keys.Length, stored.Sum());
        Assert.All(Steps.List(), step => Assert.Equal(step.Result, Steps.Outcome(step.Key)!.PredictedClass(0).ToString()));
    }

    [Fact]
    public void Complete_LaterAttemptBegunElsewhere_IsRefused()
    {
        using var other = Open();
        Declare("a", "b");
        Steps.MarkRunning("a", "{}", "first");
        other.Steps.MarkRunning("a", "{}", "second");

        Assert.Throws<StepLostException>(() => Steps.SaveEpoch("a", Epoch(1, 0.5)));
        Assert.Throws<StepLostException>(() => Steps.Fail("a", "too late", seconds: 1));
        Assert.Throws<StepLostException>(() => Steps.RequireHeld("a"));
        var error = Assert.Throws<StepLostException>(() => Steps.Complete("a", "1", seconds: 1));
        Steps.Beat(["a", "b"], 0.9);

        Assert.Equal("step a was taken over by second.", error.Message);
        Assert.Equal(0, Steps.Find("a")!.Fraction);
        Assert.True(other.Steps.Complete("a", "2", seconds: 1));
        Assert.Equal("2", Steps.Find("a")!.Result);
        Assert.False(Steps.Complete("a", "1", seconds: 1)); // done: there is nothing to refuse any more
    }

    [Fact]
    public void BreakOff_StepThatRuns_IsInterruptedAtOnceAndKeepsItsTime()
    {
        Declare("a", "b");
        Steps.MarkRunning("a", "{}", "first");

        Steps.BreakOff(["a", "b"], seconds: 7);

        Assert.Equal((StepState.Interrupted, 7), (Steps.Find("a")!.State, Steps.Find("a")!.Seconds));
        Assert.Equal((StepState.Pending, 0), (Steps.Find("b")!.State, Steps.Find("b")!.Seconds));
        Steps.MarkRunning("a", "{}", "second");
        Assert.True(Steps.Complete("a", "1", seconds: 2));
        Assert.Equal((StepState.Done, 9), (Steps.Find("a")!.State, Steps.Find("a")!.Seconds));
    }

    [Fact]
    public void BreakOff_LaterAttemptBegunElsewhere_LeavesItAlone()
    {
        using var other = Open();
        Declare("a");
        Steps.MarkRunning("a", "{}", "first");
        other.Steps.MarkRunning("a", "{}", "second");

        Steps.BreakOff(["a"], seconds: 7);

        Assert.Equal((StepState.Running, 0), (Steps.Find("a")!.State, Steps.Find("a")!.Seconds));
    }

    private protected IWorkspace Open() => Open(_time);

    private protected abstract IWorkspace Open(TimeProvider time);

    private static EpochResult Epoch(int epoch, double accuracy) => new()
    {
        Epoch = epoch,
        TrainingLoss = 1.5,
        TrainingAccuracy = accuracy,
        HeldOutAccuracy = accuracy / 2,
        LearningRate = 0.1,
        Seconds = 3,
    };

    private void Declare(params string[] keys) => Steps.Declare(keys.Select(key => (key, "trial", """{"seed":1}""")));
}

public sealed class SqliteStepRecordTests : StepRecordTests
{
    private protected override IWorkspace Open(TimeProvider time) => Workspace.Open(Directory, time);
}

[Collection(nameof(PostgresServer))]
public sealed class PostgresStepRecordTests : StepRecordTests
{
    private protected override IWorkspace Open(TimeProvider time) => PostgresWorkspace.Open(Directory, PostgresServer.Store(Directory), time);
}
