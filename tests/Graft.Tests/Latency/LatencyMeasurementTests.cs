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
    private static readonly LatencyProtocol Protocol = new() { WarmUpRuns = 1, MinRounds = 6, MaxRounds = 6 };
    private static readonly NetworkDefinition Definition = NetworkCatalog.Define("wrn-10-1", new ImageShape(3, 8, 8), 4);

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _directory.File("latency.json");

    [Fact]
    public void Run_Reference_IsMeasuredAnewWheneverSomethingElseIs()
    {
        var reference = Operation("teacher", 3).AsReference();
        var first = Measurement().Run([Operation("teacher", 1)], reference: reference, cancellation: Cancellation).Entries[reference.Key];

        var same = Measurement().Run([Operation("teacher", 1)], reference: reference, cancellation: Cancellation).Entries[reference.Key];
        var anew = Measurement().Run([Operation("teacher", 2)], reference: reference, cancellation: Cancellation).Entries[reference.Key];

        Assert.Equal(first.SamplesMs, same.SamplesMs);
        Assert.NotEqual(first.SamplesMs, anew.SamplesMs);
        Assert.True(anew.IsDone);
    }

    [Fact]
    public void Run_OperationsAndANetwork_GivesAnIntervalForEach()
    {
        LatencySubject[] subjects = [Operation("teacher", 1), Operation("conv-stack(w=1,k=3)", 2), Network()];

        var table = Measurement().Run(subjects, cancellation: Cancellation);

        Assert.Equal(3, table.Entries.Count);
        Assert.All(subjects, subject =>
        {
            var interval = table.Entries[subject.Key].Interval()!;
            Assert.True(table.Entries[subject.Key].IsDone);
            Assert.InRange(interval.Median, interval.Lower, interval.Upper);
            Assert.True(interval.Lower > 0);
        });
        Assert.Equal(table.Entries.Keys, LatencyTable.TryLoad(Path)!.Entries.Keys);
    }

    [Fact]
    public void Run_MeasuredTable_MeasuresOnlyWhatIsNew()
    {
        var first = Measurement().Run([Operation("teacher", 1)], cancellation: Cancellation);

        var second = Measurement().Run([Operation("teacher", 1), Operation("teacher", 2)], cancellation: Cancellation);

        Assert.Equal(2, second.Entries.Count);
        Assert.Equal(first.Entries.Single().Value.SamplesMs, second.Entries[first.Entries.Single().Key].SamplesMs);
    }

    [Fact]
    public void Run_Interrupted_GoesOnWithTheRoundsThatAreMissing()
    {
        using var cancellation = new CancellationTokenSource();
        var stop = new Progress(cancellation, afterRounds: 2);
        Assert.ThrowsAny<OperationCanceledException>(() => Measurement().Run([Operation("teacher", 1)], stop, cancellation: cancellation.Token));
        var half = LatencyTable.TryLoad(Path)!.Entries.Single().Value;

        var whole = Measurement().Run([Operation("teacher", 1)], cancellation: Cancellation).Entries.Single().Value;

        Assert.Equal((false, 2), (half.IsDone, half.SamplesMs.Count));
        Assert.Equal((true, 6), (whole.IsDone, whole.SamplesMs.Count));
        Assert.Equal(half.SamplesMs, whole.SamplesMs.Take(2));
    }

    [Fact]
    public void Run_TableOfAnotherMachine_IsRefusedUnlessAllowed()
    {
        new LatencyTable { Target = Target with { Machine = "another machine" } }.Save(Path);

        var error = Assert.Throws<ConfigurationException>(() => Measurement().Check());

        Assert.Equal(
            $"{Path} was measured on another target: it is of another machine; ONNX Runtime, batch 1, 1 thread; here it is a test's machine; ONNX Runtime, batch 1, 1 thread. "
            + "Measure here (leave --latency-table out), or pass --foreign-latencies to take it all the same.",
            error.Message);
        new LatencyMeasurement(Path, Target, Protocol, TimeProvider.System, allowForeign: true).Check();
    }

    [Fact]
    public void Run_FileThatIsNoTable_SaysSo()
    {
        File.WriteAllText(Path, "{ half");

        Assert.StartsWith($"{Path} is not a latency table", Assert.Throws<DataException>(() => Measurement().Check()).Message);
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

    private static LatencySubject Operation(string name, int position) => LatencySubject.Of(OperationCatalog.Default.Parse(name), Definition.PositionAt(position));

    private static LatencySubject Network() => LatencySubject.Of(Definition, [.. Definition.Positions.Select(_ => OperationCatalog.Default.Parse("teacher"))], "network");

    private LatencyMeasurement Measurement() => new(Path, Target, Protocol, TimeProvider.System);

    private sealed class Progress(CancellationTokenSource cancellation, int afterRounds) : IProgress<(int Done, int Of)>
    {
        private int _rounds;

        public void Report((int Done, int Of) value)
        {
            if (++_rounds == afterRounds)
            {
                cancellation.Cancel();
            }
        }
    }
}
