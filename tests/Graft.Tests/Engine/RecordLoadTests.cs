using System.Diagnostics;
using System.Globalization;
using Graft.Analysis;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Engine.Postgres;
using Graft.Tests.Engine.Local;
using Graft.Tests.Engine.Postgres;

namespace Graft.Tests.Engine;

/// <summary>
/// The record under the load of a large study: steps that compute nothing, each with the right to run it, its start, an epoch, a sign of life, its result with
/// the answers to 10,000 images, and its end. GRAFT_TEST_RECORD_STEPS says how many; the figures of docs/cluster.md are those of 10000. PGWALSAFE=1 lets
/// PostgreSQL flush to disk.
/// </summary>
[Collection(nameof(PostgresServer))]
public sealed class RecordLoadTests
{
    private const int OfOneMachine = 4, OfManyMachines = 16;

    private static int StepCount => int.Parse(Environment.GetEnvironmentVariable("GRAFT_TEST_RECORD_STEPS") ?? "200", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Record_ManyWriters_KeepsEveryStep(bool postgres)
    {
        int count = postgres ? OfManyMachines : OfOneMachine;
        using var directory = new TemporaryDirectory();
        using IWorkspace workspace = postgres
            ? PostgresWorkspace.Open(directory.Path, PostgresServer.Store(directory.Path), TimeProvider.System)
            : Workspace.Open(directory.Path, TimeProvider.System);
        var keys = Enumerable.Range(0, StepCount).Select(i => $"k{i:00000}").ToList();
        var outcome = TestOutcome.FromPredictions([.. Enumerable.Range(0, 10_000).Select(i => i % 10)], [.. Enumerable.Range(0, 10_000).Select(i => i % 7)]);
        long start = Stopwatch.GetTimestamp();
        workspace.Steps.Declare(keys.Select(k => (k, "trial", $$"""{"kind":"trial","name":"{{k}}"}""")));
        double declared = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var seconds = new double[keys.Count];
        int next = -1;
        start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = Interlocked.Increment(ref next); i < keys.Count; i = Interlocked.Increment(ref next))
                {
                    long one = Stopwatch.GetTimestamp();
                    Run(workspace, keys[i], outcome);
                    seconds[i] = Stopwatch.GetElapsedTime(one).TotalSeconds;
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        var stored = workspace.Steps.FindAll(keys);
        double read = Stopwatch.GetElapsedTime(start).TotalSeconds;

        Assert.Equal(keys.Count, stored.Count);
        Assert.All(stored.Values, s => Assert.Equal((StepState.Done, 1), (s.State, s.Attempts)));
        double[] sorted = [.. seconds.Order()];
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(postgres ? "PostgreSQL" : "SQLite")}: {keys.Count} steps declared in {declared:0.00} s; {count} writers: {keys.Count / took:0} steps/s ({6 * keys.Count / took:0} writes/s), "
                    + $"a step {1000 * sorted[sorted.Length / 2]:0.0} ms (median), {1000 * sorted[sorted.Length * 99 / 100]:0.0} ms (99 %); all read in {read:0.00} s; peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"
            )
        );
    }

    private static void Run(IWorkspace workspace, string key, TestOutcome outcome)
    {
        using var held = workspace.Locks.TryLock(key);
        Assert.NotNull(held);
        workspace.Steps.MarkRunning(key, "{}", "load");
        workspace.Steps.SaveEpoch(key, new() { Epoch = 1, TrainingLoss = 1, TrainingAccuracy = 0.5, LearningRate = 0.1, Seconds = 1 });
        workspace.Steps.Beat([key], 0.5);
        workspace.Steps.Complete(key, """{"accuracy":0.5}""", 1, outcome, [new($"weights/{key}.safetensors", "00")]);
    }
}
