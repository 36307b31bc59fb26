using Graft.Data;
using Graft.Latency;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Engine.Local;
using Graft.Tests.Onnx;

namespace Graft.Tests.Latency;

public sealed class LatencyMeasurementTests : IDisposable
{
    private static readonly LatencyTarget Target = new("a test's machine", "ONNX Runtime", 1, 1);
    private static readonly LatencyProtocol Protocol = new() { WarmUpRuns = 1, MinRounds = 6, MaxRounds = 6, RoundSeconds = 0 };
    private static readonly NetworkDefinition Definition = NetworkCatalog.Define("wrn-10-1", new ImageShape(3, 8, 8), 4);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _directory.File("latency.json");

    [Fact]
    public void Run_OperationsAndANetwork_GivesAnIntervalForEach()
    {
        LatencySubject[] subjects = [Operation("teacher", 1), Operation("conv-stack(w=1,k=3)", 2), LatencySubject.Of(Definition)];

        var entries = new LatencyMeasurement(Protocol, TimeProvider.System).Run(subjects, cancellation: Cancellation);

        Assert.Equal(3, entries.Count);
        Assert.All(subjects, subject =>
        {
            var interval = entries[subject.Key].Interval()!;
            Assert.True(entries[subject.Key].IsDone);
            Assert.Equal(6, entries[subject.Key].SamplesMs.Count);
            Assert.InRange(interval.Median, interval.Lower, interval.Upper);
            Assert.True(interval.Lower > 0);
        });
    }

    [Fact]
    public void Run_EqualModels_AreMeasuredOnce()
    {
        var waits = new List<TimeSpan>();
        var entries = new LatencyMeasurement(Protocol, TimeProvider.System, waits.Add)
            .Run([Operation("teacher", 1), Operation("teacher", 1)], cancellation: Cancellation);
        Assert.Single(waits);

        Assert.Single(entries);
    }

    [Fact]
    public void Run_Reference_IsMeasuredForAsLongAsAnyOtherIs()
    {
        LatencySubject[] subjects = [Operation("teacher", 1), Operation("identity", 1), Operation("conv-stack(w=1,k=3)", 2)];
        var noisy = Protocol with { MaxRounds = 40, Precision = 0.15 };

        int[] alone = SamplesOf(reference: null);
        int[][] beside = [.. subjects.Select(subject => SamplesOf(subject.Key))];

        Assert.NotEqual(alone.Min(), alone.Max());
        Assert.All(beside.Index(), run => Assert.Equal(run.Item.Max(), run.Item[run.Index]));

        int[] SamplesOf(string? reference)
        {
            var entries = new LatencyMeasurement(noisy, new NoisyClock()).Run(subjects, reference, cancellation: Cancellation);
            return [.. subjects.Select(subject => entries[subject.Key].SamplesMs.Count)];
        }
    }

    [Fact]
    public void Run_SecondsOfARound_BeginsRoundsSoFarApart()
    {
        var time = new ClockThatSkipsDelays();
        var ends = new List<TimeSpan>();

        new LatencyMeasurement(Protocol with { RoundSeconds = 100 }, time).Run(
            [Operation("teacher", 1), Operation("identity", 1)], progress: new EveryRound(() => ends.Add(time.Now)), cancellation: Cancellation);

        Assert.Equal([0, 1, 2, 3, 4, 5], ends.Select(e => (int)(e.TotalSeconds / 100))); // and none after the last
        Assert.InRange(time.Skipped.TotalSeconds, 450, 500);
    }

    [Fact]
    public void Run_CancelledBetweenRounds_Ends()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        Assert.ThrowsAny<OperationCanceledException>(() => new LatencyMeasurement(Protocol with { RoundSeconds = 3600 }, TimeProvider.System).Run(
            [Operation("teacher", 1)], progress: new EveryRound(() => cancellation.CancelAfter(1)), cancellation: cancellation.Token));
    }

    [Fact]
    public void Run_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        int rounds = 0;
        var stop = new EveryRound(() =>
        {
            if (++rounds == 2)
            {
                cancellation.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(() =>
            new LatencyMeasurement(Protocol, TimeProvider.System).Run([Operation("teacher", 1)], progress: stop, cancellation: cancellation.Token)
        );
    }

    [Fact]
    public void CheckTarget_TableOfAnotherMachine_IsRefused()
    {
        var table = new LatencyTable { Target = Target with { Machine = "another machine" } };

        Assert.Equal(
            "table.json was measured on another target: it is of another machine; ONNX Runtime, batch 1, 1 thread; here it is a test's machine; ONNX Runtime, batch 1, 1 thread. "
            + "Measure here, or allow foreign latencies to take it all the same.",
            Assert.Throws<ConfigurationException>(() => table.CheckTarget(Target, "table.json")).Message);
    }

    [Fact]
    public void TryLoad_FileThatIsNoTable_SaysSo()
    {
        File.WriteAllText(Path, "{ half");

        Assert.StartsWith($"{Path} is not a latency table", Assert.Throws<DataException>(() => LatencyTable.TryLoad(Path)).Message);
    }

    [Fact]
    public void TryLoad_Directory_IsNoFileThatIsYetToBeMade()
    {
        Directory.CreateDirectory(Path);

        Assert.Equal(
            $"{Path} is not a latency table: it is a directory, not a file. Name another file; one that is not there is made.",
            Assert.Throws<DataException>(() => LatencyTable.TryLoad(Path)).Message);
    }

    [Theory]
    [InlineData("null", "it says no target or no entries.")]
    [InlineData("""{ "target": null }""", "it says no target or no entries.")]
    [InlineData("""{ "target": TARGET, "entries": { "a": null } }""", "entry 'a' is empty.")]
    [InlineData("""{ "target": TARGET, "entries": { "a": { "name": "x", "samplesMs": null } } }""", "entry 'a' is empty.")]
    [InlineData("""{ "target": TARGET, "entries": { "a": { "name": "x", "samplesMs": [1, -0.5] } } }""", "'x' took -0.5 ms.")]
    [InlineData("""{ "target": TARGET, "entries": { "a": { "name": "x", "samplesMs": [1, 0] } } }""", "'x' took 0 ms.")]
    [InlineData("""{ "target": TARGET, "entries": { "a": { "name": "x", "samplesMs": [1e300] } } }""", "'x' took 1E+300 ms.")]
    [InlineData("""{ "target": TARGET, "entries": { "a": { "name": "x", "samplesMs": [1, 2], "isDone": true } } }""", "'x' is called measured with 2 samples.")]
    public void TryLoad_LatenciesThatNothingCanHave_AreNamed(string json, string fault)
    {
        File.WriteAllText(Path, json.Replace("TARGET", """{ "machine": "m", "runtime": "r", "batchSize": 1, "threads": 1 }""", StringComparison.Ordinal));

        Assert.Equal(
            $"{Path} is not a latency table: {fault} Name another file; one that is not there is made.", Assert.Throws<DataException>(() => LatencyTable.TryLoad(Path)).Message);
    }

    [Fact]
    public void TryLoad_OfASavedTable_GivesItsEntries()
    {
        var entries = new LatencyMeasurement(Protocol, TimeProvider.System).Run([Operation("teacher", 1)], cancellation: Cancellation);

        new LatencyTable { Target = Target, Entries = entries }.Save(Path);

        Assert.Equal(entries.Single().Value.SamplesMs, LatencyTable.TryLoad(Path)!.Entries[entries.Keys.Single()].SamplesMs);
    }

    [Fact]
    public void AddTo_TableOfTheTarget_KeepsWhatItHasAndBringsTheRestToItsScale()
    {
        Table(("a", 1), ("b", 1)).Save(Path);

        Assert.True(Table(("b", 2), ("c", 3)).AddTo(Path)); // when the machine was half as fast

        Assert.Equal([("a", 1.0), ("b", 1.0), ("c", 1.5)], LatencyTable.TryLoad(Path)!.Entries.Select(e => (e.Key, e.Value.SamplesMs[0])));
    }

    [Fact]
    public void AddTo_TableOfOtherModels_AddsThemAsTheyAre()
    {
        Table(("a", 1)).Save(Path);

        Assert.True(Table(("b", 2)).AddTo(Path));

        Assert.Equal([("a", 1.0), ("b", 2.0)], LatencyTable.TryLoad(Path)!.Entries.Select(e => (e.Key, e.Value.SamplesMs[0])));
    }

    [Fact]
    public void AddTo_NoFile_MakesIt()
    {
        Assert.True(Table(("a", 1)).AddTo(Path));

        Assert.Equal(Target, LatencyTable.TryLoad(Path)!.Target);
    }

    [Fact]
    public void AddTo_ManyAtOnce_LosesNothing()
    {
        string[] keys = [.. Enumerable.Range(0, 32).Select(i => Invariant($"model {i:00}"))];

        Parallel.ForEach(keys, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, key => Table((key, 1)).AddTo(Path));

        Assert.Equal(keys, LatencyTable.TryLoad(Path)!.Entries.Keys);
    }

    [Fact]
    public void AddTo_TableOfAnotherTarget_LeavesItAsItIs()
    {
        (Table(("a", 1)) with { Target = Target with { Machine = "another machine" } }).Save(Path);
        byte[] before = File.ReadAllBytes(Path);

        Assert.False(Table(("a", 2), ("b", 2)).AddTo(Path));

        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Key_EqualShapes_IsEqualWhateverThePosition()
    {
        var definition = NetworkCatalog.Define("wrn-16-1", new ImageShape(3, 8, 8), 4);
        var operation = OperationCatalog.Default.Parse("conv-stack(w=1,k=3)");

        Assert.Equal(LatencySubject.Of(operation, definition.PositionAt(1)).Key, LatencySubject.Of(operation, definition.PositionAt(2)).Key);
        Assert.NotEqual(LatencySubject.Of(operation, definition.PositionAt(2)).Key, LatencySubject.Of(operation, definition.PositionAt(3)).Key);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_NetworkWithARun_IsTheNetworkWithoutTheOthersOfTheRun()
    {
        var definition = NetworkCatalog.Define("resnet-14", new(3, 8, 8), 4);
        var own = OperationCatalog.Default.Parse("teacher");
        var removed = LatencySubject.Of(definition, [own, OperationCatalog.Default.Parse("identity")], "removed");

        var run = LatencySubject.Of(definition, [(new Place(1, 2), own)], "run");

        Assert.Equal(OnnxNetworks.LayersOf(removed.Model), OnnxNetworks.LayersOf(run.Model));
        Assert.NotEqual(OnnxNetworks.LayersOf(removed.Model), OnnxNetworks.LayersOf(LatencySubject.Of(definition).Model));
    }

    private static LatencyTable Table(params (string Key, double Ms)[] entries) => new()
    {
        Target = Target,
        Entries = entries.ToDictionary(e => e.Key, e => new LatencyEntry { Name = e.Key, SamplesMs = [.. Enumerable.Repeat(e.Ms, 6)], IsDone = true }),
    };

    private static LatencySubject Operation(string name, int position) =>
        LatencySubject.Of(OperationCatalog.Default.Parse(name), Definition.PositionAt(position));

    // Every time that it is asked for is 1 to 2 ms later, the same ones whenever it begins.
    private sealed class NoisyClock : TimeProvider
    {
        private readonly Random _random = new(1);
        private long _microseconds;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => _microseconds += _random.Next(1000, 2000);
    }

    private sealed class EveryRound(Action action) : IProgress<(int Done, int Of)>
    {
        public void Report((int Done, int Of) value) => action();
    }

    /// <summary>The system's clock, put forward by what is waited for, at once.</summary>
    private sealed class ClockThatSkipsDelays : TimeProvider
    {
        private readonly long _began = System.GetTimestamp();

        public TimeSpan Skipped { get; private set; }

        public TimeSpan Now => GetElapsedTime(_began);

        public override long GetTimestamp() => System.GetTimestamp() + (long)(Skipped.TotalSeconds * TimestampFrequency);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Skipped += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
