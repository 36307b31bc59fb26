using System.Diagnostics;
using System.Globalization;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Tests.Training;

namespace Graft.Tests.Engine.Local;

/// <summary>The pool with small shell programs for workers.</summary>
public sealed class WorkerPoolTests : IDisposable
{
    private const string Finished = """echo '{"type":"finished","outcomes":{"k":"Done"}}';""", Finish = $"read job; {Finished}";

    private readonly MemoryWorkspace _workspace = new(TimeProvider.System);
    private int _started;

    public WorkerPoolTests() => _workspace.Steps.Declare([("k", "kind", "{}"), ("other", "kind", "{}")]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string? Error => _workspace.Steps.Find("k")!.Error;

    [Fact]
    public async Task RunAsync_WorkerThatFinishes_GivesItsOutcome()
    {
        await using var pool = Pool(Finish);

        Assert.Equal(StepOutcome.Done, (await RunAsync(pool))["k"]);
        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task RunAsync_TwoJobs_UseTheSameProcess()
    {
        await using var pool = Pool($"{Finish} {Finish}");

        await RunAsync(pool);
        await RunAsync(pool);

        Assert.Equal(1, _started);
    }

    [Fact]
    public async Task RunAsync_WorkerThatDiesOnce_IsReplaced()
    {
        await using var pool = Pool("read job; exit 1", Finish);

        Assert.Equal(StepOutcome.Done, (await RunAsync(pool))["k"]);
        Assert.Equal(2, _started);
        Assert.Null(Error);
    }

    [Fact]
    public async Task RunAsync_WorkerThatDiesTwice_FailsTheStepWithItsFirstErrorLine()
    {
        await using var pool = Pool("""read job; echo >&2; echo 'no memory left' >&2; echo 'at Some.Method()' >&2; exit 7""");

        Assert.Equal(StepOutcome.Failed, (await RunAsync(pool))["k"]);
        Assert.Equal(2, _started);
        Assert.Equal("the worker process ended with code 7: no memory left", Error);
    }

    [Fact]
    public async Task RunAsync_WorkerThatDiesAfterWarningsOfLibtorch_FailsTheStepWithTheError()
    {
        await using var pool = Pool("""
            read job; echo '[W1124 05:17:32.096124977 NNPACK.cpp:56] Could not initialize NNPACK! Reason: Unsupported hardware.' >&2
            echo 'no memory left' >&2; exit 7
            """);

        await RunAsync(pool);

        Assert.Equal("the worker process ended with code 7: no memory left", Error);
    }

    [Fact]
    public async Task RunAsync_WorkerThatIsKilled_SaysSo()
    {
        await using var pool = Pool("read job; kill -9 $$");

        await RunAsync(pool);

        Assert.Equal("the worker process ended with code 137 (killed; out of memory?)", Error);
    }

    [Fact]
    public async Task RunAsync_WorkerThatDiesTwice_LeavesWhatAnotherProcessHolds()
    {
        using var held = _workspace.TryLock("other");
        _workspace.Steps.MarkRunning("other", "{}", "another machine, process 7");
        await using var pool = Pool("read job; exit 7");

        var outcomes = await PoolRun.RunAsync(pool, ["k", "other"], cancellation: Cancellation);

        Assert.Equal((StepOutcome.Failed, StepOutcome.Busy), (outcomes["k"], outcomes["other"]));
        Assert.Equal(StepState.Running, _workspace.Steps.Find("other")!.State);
    }

    // A lease (PostgreSQL) outlives the process that took it.
    [Fact]
    public async Task RunAsync_WorkerThatDiesTwiceAndLeavesALease_FailsItsSteps()
    {
        using var directory = new TemporaryDirectory();
        string number = directory.File("number"), marked = directory.File("marked");
        using var lease = _workspace.TryLock("k");
        await using var pool = Pool(
            "read job; exit 7", $"read job; echo $$ > {number}; mv {number} {number}.whole; while [ ! -e {marked} ]; do sleep 0.01; done; exit 7");
        var run = RunAsync(pool);
        while (!File.Exists($"{number}.whole"))
        {
            await Task.Delay(10, Cancellation);
        }

        string worker = (await File.ReadAllTextAsync($"{number}.whole", Cancellation)).Trim();
        _workspace.Steps.MarkRunning("k", "{}", StepExecutor.HolderOf(int.Parse(worker, CultureInfo.InvariantCulture)));
        await File.WriteAllTextAsync(marked, "", Cancellation);

        Assert.Equal(StepOutcome.Failed, (await run)["k"]);
        Assert.Equal("the worker process ended with code 7", Error);
    }

    // The next worker finds the lease of the one that died, and waits; when it has run out, the step kills another worker.
    [Fact]
    public async Task RunAsync_StepThatKillsAWorkerEachTimeItsLeaseHasRunOut_Fails()
    {
        const string Busy = """read job; echo '{"type":"finished","outcomes":{"k":"Busy"}}'; read job; exit 7""";
        await using var pool = Pool("read job; exit 7", Busy);

        var first = await RunAsync(pool);
        var second = await RunAsync(pool);

        Assert.Equal((StepOutcome.Busy, StepOutcome.Failed), (first["k"], second["k"]));
        Assert.Equal("the worker process ended with code 7", Error);
    }

    [Fact]
    public async Task RunAsync_WorkerThatDiedWhileItWasIdle_IsNoDeathOfTheStep()
    {
        await using var pool = Pool($"{Finish} exit 9", "read job; exit 7", Finish);
        await RunAsync(pool);
        await Task.Delay(200, Cancellation); // it is gone by then; where it is not, this tests nothing

        Assert.Equal(StepOutcome.Done, (await RunAsync(pool))["k"]);
        Assert.Equal(3, _started);
    }

    [Fact]
    public async Task RunAsync_WorkerThatDiesBeforeItsFirstJob_IsReplaced()
    {
        await using var pool = Pool("exit 3", Finish);

        Assert.Equal(StepOutcome.Done, (await RunAsync(pool))["k"]);
    }

    [Fact]
    public async Task RunAsync_OutputOfNativeLibraries_IsPassedOver()
    {
        await using var pool = Pool($"echo 'OMP: Info #155'; echo '{{not json'; {Finish}");

        Assert.Equal(StepOutcome.Done, (await RunAsync(pool))["k"]);
    }

    [Fact]
    public async Task RunAsync_Progress_IsPassedOn()
    {
        await using var pool = Pool("""read job; echo '{"type":"progress","progress":{"fraction":0.5,"loss":"NaN"}}'; """ + Finished);
        using var reports = new Reports<StepProgress>();

        await PoolRun.RunAsync(pool, ["k"], reports, Cancellation);

        Assert.Equal([new(0.5, double.NaN)], reports.All);
    }

    [Theory]
    [InlineData(1, typeof(RunException))]
    [InlineData(2, typeof(DataException))]
    public async Task RunAsync_WorkerThatAborts_ThrowsWhatItSays(int exitCode, Type type)
    {
        await using var pool = Pool($$"""read job; echo '{"type":"aborted","message":"the disk is full","exitCode":{{exitCode}}}'""");

        var error = await Assert.ThrowsAsync(type, () => RunAsync(pool));

        Assert.Equal("the disk is full", error.Message);
    }

    [Fact]
    public async Task RunAsync_AfterAnAbort_StartsANewProcess()
    {
        await using var pool = Pool("""read job; echo '{"type":"aborted","message":"the disk is full","exitCode":1}'""", Finish);
        await Assert.ThrowsAsync<RunException>(() => RunAsync(pool));

        Assert.Equal(StepOutcome.Done, (await RunAsync(pool))["k"]);
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsTheWorker()
    {
        await using var pool = Pool("read job; echo '{\"type\":\"progress\",\"progress\":{\"fraction\":0,\"loss\":1}}'; read more; exit 0");
        using var reports = new Reports<StepProgress>(cancelAfter: 1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PoolRun.RunAsync(pool, ["k"], reports, reports.Cancellation));
    }

    public void Dispose() => _workspace.Dispose();

    private static Task<IReadOnlyDictionary<string, StepOutcome>> RunAsync(WorkerPool pool) => PoolRun.RunAsync(pool, ["k"], cancellation: Cancellation);

    // One worker; the programs are those of the first process, the second and so on.
    private WorkerPool Pool(params string[] programs)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "there is no /bin/sh to write a worker in");
        return new(new(1, 1, 1), Start, _workspace);

        WorkerProcess Start() => WorkerProcess.Start(new ProcessStartInfo("/bin/sh", ["-c", programs[Math.Min(_started++, programs.Length - 1)]]));
    }
}
