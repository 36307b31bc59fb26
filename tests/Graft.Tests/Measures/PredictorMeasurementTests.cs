using Graft.Data;
using Graft.Measures;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Measures;

public sealed class PredictorMeasurementTests : IDisposable
{
    private static readonly ImageData Data = GeneratedData.Create();

    private readonly List<Batch> _batches = [.. BatchLoader.InOrder(Data.Train, Data.Normalization, null, batchSize: 20)];

    public void Dispose() => _batches.ForEach(b => b.Dispose());

    [Fact]
    public void Measure_TheTeachersOwnOperation_DiffersInNothing()
    {
        using var teacher = NewNetwork();
        using var swapped = NewNetwork();

        var values = Measure(teacher, swapped, position: 2);

        Assert.Equal((0, 0), (values.Parameters, values.MultiplyAccumulates));
        Assert.Equal(1, values.Cka!.Value, tolerance: 1e-9);
        Assert.All(new[] { values.DistillationError, values.LossRise, values.KlRise, values.LossRiseBatchStatistics }, v => Assert.Equal(0, v!.Value, tolerance: 1e-6));
        Assert.True(values.KlRiseBatchStatistics > 1e-4); // other statistics are another network
        Assert.All(Predictor.All.Where(p => p.Name is not ("distillationError" or "klRise")), p => Assert.True(double.IsFinite(p.Value(values) ?? double.NaN), p.Name));
    }

    [Theory]
    [InlineData("identity", 1)]
    [InlineData("inverted-residual", 2)]
    [InlineData("bottleneck", 3)]
    public void Measure_Candidate_GivesEveryPredictorAndLeaksNothing(string operation, int position)
    {
        using var teacher = NewNetwork();
        using var swapped = NewNetwork();
        using var layers = new LayerFactory(5);
        swapped.Substitute(swapped.Positions[position - 1], OperationCatalog.Default.Parse(operation), layers);
        long live = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var values = Measure(teacher, swapped, position);

        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.All(Predictor.All, p => Assert.True(double.IsFinite(p.Value(values) ?? double.NaN), p.Name));
        Assert.InRange(values.Cka!.Value, 0, 1);
        Assert.True(values.KlRise > 0);
        Assert.Equal(swapped.Cost().Parameters - teacher.Cost().Parameters, values.Parameters);
    }

    [Fact]
    public void Similarity_OfCandidates_IsSymmetricWithOnesOnTheDiagonal()
    {
        using var teacher = NewNetwork();
        var position = teacher.Positions[0];
        using var layers = new LayerFactory(5);
        using var identity = OperationCatalog.Default.Parse("identity").Create(position, layers);
        using var stack = OperationCatalog.Default.Parse("conv-stack").Create(position, layers);

        var cka = OperationSimilarity.Measure(teacher, position, [teacher.OperationAt(position), identity, stack], [.. _batches.Select(b => b.Images)]);

        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, cka[i][i], tolerance: 1e-9));
        Assert.All(Enumerable.Range(0, 9), k => Assert.Equal(cka[k / 3][k % 3], cka[k % 3][k / 3], tolerance: 1e-12));
        Assert.InRange(cka[0][1], 0.01, 0.999);
    }

    private static Network NewNetwork() => Network.Create("wrn-10-1", Data.Train.Shape, Data.ClassNames.Count, seed: 3);

    private PredictorValues Measure(Network teacher, Network swapped, int position) =>
        new PredictorMeasurement(teacher, swapped, swapped.Positions[position - 1], CPU).Measure(_batches, TimeProvider.System, CancellationToken.None);
}
