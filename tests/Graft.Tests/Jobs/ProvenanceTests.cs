using Graft.Engine;
using Graft.Jobs;

namespace Graft.Tests.Jobs;

public sealed class ProvenanceTests
{
    [Fact]
    public void Of_StepsOfSeveralKinds_SumsTimeAndCoreHoursOfEach()
    {
        StoredStep[] steps =
        [
            Step("trial", StepState.Done, seconds: 1800, threads: 1),
            Step("teacher", StepState.Done, seconds: 900, threads: 4),
            Step("trial", StepState.Failed, seconds: 3600, threads: 2),
            Step("trial", StepState.Pending, seconds: 0, threads: null),
            Step("trial", StepState.Interrupted, seconds: 360, threads: 1), // cost something, but has not run
        ];

        var provenance = Of(steps);

        Assert.Equal([new PhaseCost("teacher", 1, 900, 1), new PhaseCost("trial", 2, 5760, 2.6)], provenance.Cost);
        Assert.Equal(6660, provenance.StepSeconds);
    }

    [Fact]
    public void Of_StepsThatEndedBeforeItBegan_CountAsEarlier()
    {
        var later = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
        StoredStep[] steps =
        [
            Step("teacher", StepState.Done, seconds: 900, threads: 4),
            Step("trial", StepState.Done, seconds: 3600, threads: 1) with { Finished = later },
            Step("trial", StepState.Running, seconds: 10, threads: 1),
        ];

        Assert.Equal(1, Provenance.Of("plan", "data", "fp32", 2, 1, steps, begun: later).EarlierCoreHours);
        Assert.Equal(0, Of(steps).EarlierCoreHours);
    }

    // Given again with other workers, a job that has ended stays what it was.
    [Fact]
    public void Of_TrialsThatRan_HasTheirThreadsNotThoseOfTheLastCommand()
    {
        StoredStep[] trials = [.. new[] { 4, 4, 2 }.Select((threads, i) => Step("trial", StepState.Done, i, threads))];

        Assert.Equal(4, Of([Step("teacher", StepState.Done, 4, threads: 8), .. trials]).ThreadsPerWorker);
        Assert.Equal(1, Of([Step("teacher", StepState.Done, 4, threads: 8)]).ThreadsPerWorker);
    }

    [Fact]
    public void Of_StepOfUnknownThreads_CountsOne() =>
        Assert.Equal([new PhaseCost("trial", 1, 3600, 1)], Of([Step("trial", StepState.Done, seconds: 3600, threads: null)]).Cost);

    [Fact]
    public void Of_StepsThatRunOrWait_HasNoEnd()
    {
        var done = Step("trial", StepState.Done, seconds: 1, threads: 1);

        Assert.Equal(done.Finished, Of([done]).Finished);
        Assert.Null(Of([done, Step("trial", StepState.Running, seconds: 0, threads: 1)]).Finished);
        Assert.Null(Of([]).Finished);
    }

    private static Provenance Of(IReadOnlyCollection<StoredStep> steps) => Provenance.Of("plan", "data", "fp32", workers: 2, threadsPerWorker: 1, steps);

    private static StoredStep Step(string kind, StepState state, double seconds, int? threads) => new()
    {
        Key = Invariant($"{kind} {seconds}"),
        Kind = kind,
        Specification = "{}",
        State = state,
        Seconds = seconds,
        Finished = state is StepState.Done or StepState.Failed ? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) : null,
        Environment = threads is { } count ? StepResults.ToJson(Machine(count)) : null,
    };

    private static RunEnvironment Machine(int threads) =>
        new() { Machine = "machine", Device = "cpu", Threads = threads, Versions = new Dictionary<string, string>() };
}
